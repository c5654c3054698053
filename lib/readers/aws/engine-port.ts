import { type Attributes, isUnknown } from '../attributes';

/** Ports that databases listen on when none is written. @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Settings.html */
const enginePorts: readonly (readonly [engine: RegExp, port: number])[] = [
  [/postgres/, 5432],
  [/^(?:aurora$|aurora-mysql|mysql|mariadb)/, 3306],
  [/^(?:custom-)?oracle/, 1521],
  [/^(?:custom-)?sqlserver/, 1433],
  [/^db2/, 50000],
];

/** The port that a database listens on; undefined when only apply tells. */
export function databasePort(database: Attributes): number | undefined {
  const port = database.number('port');
  if (port !== undefined) return isUnknown(port) ? undefined : port;
  const engine = database.text('engine');
  return enginePorts.find(([name]) => engine !== undefined && name.test(engine))?.[1];
}
