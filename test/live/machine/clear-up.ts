import { closeRunFolder } from './run-folder';

/** After the last suite: nothing of the run stays but the cache. */
export default function clearUp(): void {
  closeRunFolder();
}
