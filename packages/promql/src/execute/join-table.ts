import type { Labels } from '@hearth/model';
import { PromqlError } from '../errors.ts';
import type { VectorVectorPlan } from '../plan/plan.ts';
import type { Batch } from './batch.ts';
import type { HeldRow } from './held-rows.ts';
import type { Row } from './kernels/window-kernel.ts';
import { createSignature } from './signatures.ts';

/** A series of the side that has one series a signature; several of different steps may have been made one. */
export interface OneSideRow extends Row {
  readonly labels: Labels;
}

interface Conflict {
  readonly first: Labels;
  readonly second: Labels;
}

/**
 * The held side of a join by signature, and what may not happen in one: two series of the "one" side with the same signature
 * at the same step, and two results with the same labels from the same signature.
 */
export class JoinTable {
  readonly #plan: VectorVectorPlan;
  readonly #steps: number;
  readonly #partners = new Map<string, HeldRow[]>();
  /** Where the "one" side is not unique. An error only where the other side has any series at that step. */
  readonly #conflicts = new Map<number, Conflict>();
  /** By signature, and for many-to-one by the result's labels too: the steps that have a result. */
  readonly #matched = new Map<string, Uint8Array>();

  constructor(rows: readonly HeldRow[], plan: VectorVectorPlan) {
    this.#plan = plan;
    this.#steps = plan.grid.steps;
    const signatureOf = createSignature(plan.matching);
    const owners = new Map<string, HeldRow[]>();
    for (const row of rows) {
      const { key } = signatureOf(row.labels);
      const owned = owners.get(key);
      if (owned === undefined) owners.set(key, [row]);
      else owned.push(row);
    }
    for (const [key, owned] of owners) this.#partners.set(key, owned.length === 1 ? owned : this.#joined(owned));
  }

  partnersOf(signature: string): readonly OneSideRow[] {
    return this.#partners.get(signature) ?? [];
  }

  /** Throws where the "one" side has a conflict at a step at which the batch has a value. */
  assertUnique({ labels, present }: Batch): void {
    for (const [step, { first, second }] of this.#conflicts) {
      for (let row = 0; row < labels.length; row++) {
        if (present[row * this.#steps + step] === 1) throw this.#manyToMany(first, second);
      }
    }
  }

  /** Throws where a step that has a result here has had one before. */
  assertUnmatched(signature: string, labels: Labels, { present, start }: Row): void {
    const isOneToOne = this.#plan.matching.cardinality === 'one-to-one';
    const key = isOneToOne ? signature : `${signature}\n${labels.key}`;
    const matched = this.#matched.get(key);
    if (matched === undefined) {
      this.#matched.set(key, present.slice(start, start + this.#steps));
      return;
    }
    for (let step = 0; step < this.#steps; step++) {
      if ((matched[step] & present[start + step]) === 1) throw this.#multipleMatches(isOneToOne);
      matched[step] |= present[start + step];
    }
  }

  /** One row of those that give the result the same labels. Where two have the same step the first stays, and it is noted. */
  #joined(owned: readonly HeldRow[]): HeldRow[] {
    const included = new Set(this.#plan.matching.include);
    const joined = new Map<string, HeldRow>();
    const ownerOf = new Map<number, HeldRow>();
    for (const row of owned) {
      const { key } = row.labels.keep(included);
      const first = joined.get(key) ?? row;
      joined.set(key, first);
      for (let step = 0; step < this.#steps; step++) {
        if (row.present[row.start + step] === 0) continue;
        const owner = ownerOf.get(step);
        if (owner !== undefined) {
          if (!this.#conflicts.has(step)) this.#conflicts.set(step, { first: owner.labels, second: row.labels });
          continue;
        }
        ownerOf.set(step, row);
        first.present[first.start + step] = 1;
        first.values[first.start + step] = row.values[row.start + step];
      }
    }
    return [...joined.values()];
  }

  #manyToMany(first: Labels, second: Labels): PromqlError {
    const { matching, position } = this.#plan;
    const side = matching.cardinality === 'one-to-many' ? 'left' : 'right';
    const group = matching.on ? first.keep(new Set(matching.labels)) : createSignature(matching)(first);
    const series = [first.toString(), second.toString()].toSorted();
    return new PromqlError(
      'execution',
      `found duplicate series for the match group ${group.toString()} on the ${side} hand-side of the operation: [${series.join(', ')}];` +
        'many-to-many matching not allowed: matching labels must be unique on one side',
      { position },
    );
  }

  #multipleMatches(isOneToOne: boolean): PromqlError {
    const reason = isOneToOne
      ? 'many-to-one matching must be explicit (group_left/group_right)'
      : 'grouping labels must ensure unique matches';
    return new PromqlError('execution', `multiple matches for labels: ${reason}`, { position: this.#plan.position });
  }
}
