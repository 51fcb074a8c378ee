import type { ComparedValue } from './comparedValues';
import type { SharedValue } from './view';

/** Which files compare the same name with the same literal. */
export class SharedValues {
  private readonly places = new Map<string, Map<string, number>>();
  private readonly byFile = new Map<string, readonly ComparedValue[]>();

  set(file: string, values: readonly ComparedValue[]): void {
    for (const { subject, value } of this.byFile.get(file) ?? []) {
      const files = this.places.get(`${subject} ${value}`);
      files?.delete(file);
      if (files?.size === 0) this.places.delete(`${subject} ${value}`);
    }
    if (values.length === 0) return void this.byFile.delete(file);
    this.byFile.set(file, values);
    for (const { subject, value, line } of values) {
      const key = `${subject} ${value}`;
      const files = this.places.get(key) ?? new Map<string, number>();
      if (!files.has(file)) files.set(file, line);
      this.places.set(key, files);
    }
  }

  /** Of what `file` compares, that which another file compares, too; each once. */
  of(file: string, values: readonly ComparedValue[]): SharedValue[] {
    const found = new Map<string, SharedValue>();
    for (const { subject, value } of values) {
      const key = `${subject} ${value}`;
      const other = [...(this.places.get(key) ?? [])].find(([where]) => where !== file);
      if (!other) continue;
      const [where, line] = other;
      found.set(key, { subject, value, other: { file: where, startLine: line, endLine: line } });
    }
    return [...found.values()];
  }
}
