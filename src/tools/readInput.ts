import { oneLine } from '../base/text';
import type { InputSchema, PropertySchema } from './tool';

/** The input of a tool as its schema says it, or what is wrong with it in one sentence for whoever made it. */
export function readInput(
  schema: InputSchema,
  input: unknown,
): { input: Record<string, unknown> } | { problem: string } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { problem: 'the input is no object' };
  const given = new Map<string, unknown>(Object.entries(input));
  const known = new Map(Object.entries(schema.properties));
  for (const name of given.keys())
    if (!known.has(name))
      return {
        problem: `there is no input ${oneLine(name, 60)}; the inputs are ${[...known.keys()].join(', ')}`,
      };
  const read: Record<string, unknown> = {};
  for (const [name, property] of known) {
    const value = given.get(name);
    if (value === undefined || value === null) {
      if (schema.required?.includes(name)) return { problem: `${name} is missing` };
      continue;
    }
    const problem = problemOf(property, value);
    if (problem !== undefined) return { problem: `${name} ${problem}` };
    read[name] = value;
  }
  return { input: read };
}

function problemOf(property: PropertySchema, value: unknown): string | undefined {
  switch (property.type) {
    case 'string':
      return problemOfText(property, value);
    case 'integer': {
      const { minimum, maximum } = property;
      const isGood = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
      return isGood ? undefined : `is no whole number from ${minimum} to ${maximum}`;
    }
    case 'array': {
      if (!Array.isArray(value)) return 'is no list';
      if (value.length > property.maxItems) return `has more than ${property.maxItems} entries`;
      const problem = value
        .map((each) => problemOfText(property.items, each))
        .find((each) => each !== undefined);
      return problem === undefined ? undefined : `has an entry that ${problem}`;
    }
  }
}

function problemOfText(
  { maxLength, enum: choices }: { maxLength: number; enum?: readonly string[] },
  value: unknown,
): string | undefined {
  if (typeof value !== 'string') return 'is no text';
  if (value.trim() === '') return 'is empty';
  if (value.length > maxLength) return `is longer than ${maxLength} characters`;
  if (choices && !choices.includes(value)) return `is none of ${choices.join(', ')}`;
  return undefined;
}
