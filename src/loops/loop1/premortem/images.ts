import type { BuildStage, Dockerfile } from '../facts/dockerfile';

/** Whether what is made of a stage is started as a service or a program, and not built upon. */
export function isServed({ instructions }: BuildStage): boolean {
  return instructions.some(({ name }) => name === 'CMD' || name === 'ENTRYPOINT' || name === 'EXPOSE');
}

/** Whether it listens on a port, as far as it says. */
export function isListening({ instructions }: BuildStage): boolean {
  return instructions.some(({ name }) => name === 'EXPOSE');
}

/** The stage that the last one is made from, and that one's, up to an image from elsewhere. */
export function lineageOf({ stages, last }: Dockerfile): BuildStage[] {
  const line = [last];
  for (let stage = last; line.length <= stages.length;) {
    const base = stages.find(
      (one) => one !== stage && one.name !== undefined && one.name === stage.image.toLowerCase(),
    );
    if (!base || line.includes(base)) break;
    line.push(base);
    stage = base;
  }
  return line;
}

/** A name of an image in its parts. */
export function imageParts(image: string): { name: string; tag: string; hasDigest: boolean } {
  const [withoutDigest = '', digest] = image.split('@');
  const slash = withoutDigest.lastIndexOf('/');
  const colon = withoutDigest.indexOf(':', slash + 1);
  return {
    name: colon < 0 ? withoutDigest : withoutDigest.slice(0, colon),
    tag: colon < 0 ? '' : withoutDigest.slice(colon + 1),
    hasDigest: digest !== undefined,
  };
}
