import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { InputSchema, PropertySchema } from './tool';

/** The input of a tool as its schema says it, or what is wrong with it in one sentence for whoever made it. */
export function readInput(
  schema: InputSchema,
  input: unknown,
): { input: Record<string, unknown> } | { problem: string } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { problem: t('the input is no object') };
  const given = new Map<string, unknown>(Object.entries(input));
  const known = new Map(Object.entries(schema.properties));
  for (const name of given.keys())
    if (!known.has(name))
      return {
        problem: t(
          'there is no input {0}; the inputs are {1}',
          oneLine(name, 60),
          [...known.keys()].join(', '),
        ),
      };
  const read: Record<string, unknown> = {};
  for (const [name, property] of known) {
    const value = given.get(name);
    if (value === undefined || value === null) {
      if (schema.required?.includes(name)) return { problem: t('{0} is missing', name) };
      continue;
    }
    const problem = problemOf(name, property, value);
    if (problem !== undefined) return { problem };
    read[name] = value;
  }
  return { input: read };
}

function problemOf(name: string, property: PropertySchema, value: unknown): string | undefined {
  switch (property.type) {
    case 'string':
      return problemOfText(name, property, value);
    case 'integer': {
      const { minimum, maximum } = property;
      const isGood = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
      return isGood ? undefined : t('{0} is no whole number from {1} to {2}', name, minimum, maximum);
    }
    case 'array': {
      if (!Array.isArray(value)) return t('{0} is no list', name);
      if (value.length > property.maxItems)
        return t('{0} has more than {1} entries', name, property.maxItems);
      const entry = t('an entry of {0}', name);
      return value
        .map((each) => problemOfText(entry, property.items, each))
        .find((each) => each !== undefined);
    }
  }
}

function problemOfText(
  name: string,
  { maxLength, enum: choices }: { maxLength: number; enum?: readonly string[] },
  value: unknown,
): string | undefined {
  if (typeof value !== 'string') return t('{0} is no text', name);
  if (value.trim() === '') return t('{0} is empty', name);
  if (value.length > maxLength) return t('{0} is longer than {1} characters', name, maxLength);
  if (choices && !choices.includes(value)) return t('{0} is none of {1}', name, choices.join(', '));
  return undefined;
}
