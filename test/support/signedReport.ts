import { createHmac } from 'node:crypto';

/** Records as the harness signs them: each line's key follows from the line before. */
export function signedReport(key: string, records: readonly object[]): Buffer {
  const sign = (secret: Buffer, data: string | Buffer): Buffer =>
    createHmac('sha256', secret).update(data).digest();
  let secret: Buffer = Buffer.from(key, 'hex');
  const lines = records.map((record) => {
    const text = JSON.stringify(record);
    const signature = sign(secret, text);
    secret = sign(secret, signature);
    return `${signature.toString('hex')} ${text}\n`;
  });
  return Buffer.from(lines.join(''));
}
