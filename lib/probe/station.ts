import { NetproofError } from '../addressing/netproof-error';
import type { AgentReply, AgentRequest, DialReply, ListenReply, LookReply } from './agent';

type Without<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;
type Asked = Without<AgentRequest>;

/** A network namespace in which packets can be sent and answered. */
export interface Station {
  dial(request: Omit<Extract<AgentRequest, { do: 'dial' }>, 'id' | 'do'>): Promise<DialReply>;
  listen(request: Omit<Extract<AgentRequest, { do: 'listen' }>, 'id' | 'do'>): Promise<ListenReply>;
  look(): Promise<LookReply>;
  /** Ends the agent and what it listens on. */
  close(): Promise<void>;
}

/** The two ends of an agent: where its requests are written, and where its lines come from. */
export interface AgentLine {
  readonly write: (text: string) => void;
  /** Calls back with what the agent prints, and with why it ended. */
  readonly start: (said: (text: string) => void, ended: (why: string) => void) => void;
  readonly close: () => Promise<void>;
}

/** Speaks with an agent: one line out, one line back. Throws AgentEnded for what it was asked when it ends. */
export class AgentStation implements Station {
  private readonly line: AgentLine;
  private readonly place: string;
  private readonly open = new Map<number, Pending>();
  private rest = '';
  private count = 0;
  private ended: string | undefined;

  constructor(place: string, line: AgentLine) {
    this.place = place;
    this.line = line;
    line.start(
      (text) => this.take(text),
      (why) => this.end(why),
    );
  }

  dial(request: Omit<Extract<AgentRequest, { do: 'dial' }>, 'id' | 'do'>): Promise<DialReply> {
    return this.ask<DialReply>({ do: 'dial', ...request });
  }

  listen(request: Omit<Extract<AgentRequest, { do: 'listen' }>, 'id' | 'do'>): Promise<ListenReply> {
    return this.ask<ListenReply>({ do: 'listen', ...request });
  }

  look(): Promise<LookReply> {
    return this.ask<LookReply>({ do: 'look' });
  }

  close(): Promise<void> {
    return this.line.close();
  }

  private ask<T>(request: Asked): Promise<T> {
    if (this.ended !== undefined) return Promise.reject(this.failure(this.ended));
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve: resolve as (said: AgentReply['said']) => void, reject });
      this.line.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  private take(text: string): void {
    const lines = `${this.rest}${text}`.split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) {
      // Node in a helper image may warn before the agent speaks.
      if (!line.startsWith('{"id":')) continue;
      const { id, said } = JSON.parse(line) as AgentReply;
      this.open.get(id)?.resolve(said);
      this.open.delete(id);
    }
  }

  private end(why: string): void {
    this.ended ??= why;
    for (const { reject } of this.open.values()) reject(this.failure(this.ended));
    this.open.clear();
  }

  private failure(why: string): NetproofError {
    return new NetproofError('AgentEnded', `packets of ${this.place} cannot be sent: ${why}`);
  }
}

interface Pending {
  readonly resolve: (said: AgentReply['said']) => void;
  readonly reject: (error: Error) => void;
}
