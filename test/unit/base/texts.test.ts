import assert from 'node:assert/strict';
import { grouped, plural, speak, t, whatIsSpoken } from '../../../src/base/texts';

const POLISH = {
  '{0} file': '{0} plik',
  '{0} files': '{0} pliku',
  '{0} files (few)': '{0} pliki',
  '{0} files (many)': '{0} plików',
};

describe('Texts in a language', () => {
  afterEach(() => speak('en', undefined));

  it('are the English ones until a language is spoken, and where it has none', () => {
    assert.equal(t('{0} of {1}', 1, 2), '1 of 2');
    speak('de', { '{0} of {1}': '{0} von {1}' });
    assert.equal(t('{0} of {1}', 1, 2), '1 von 2');
    assert.equal(t('{0} is new', 'It'), 'It is new');
  });

  it('say that they are English where there are none in the language of the editor', () => {
    speak('fr', undefined);
    assert.deepEqual(whatIsSpoken(), { language: 'en', texts: {} });
  });

  it('have values put in once, whatever stands in these', () => {
    assert.equal(t('{1} before {0}', '{1}', '$&'), '$& before {1}');
    assert.equal(t('{0} and {1}', 'one'), 'one and {1}');
  });

  it('have the form and the digits that go with a number', () => {
    const files = (number: number): string => plural(number, '{0} file', '{0} files');
    assert.deepEqual([0, 1, 2, 1234].map(files), ['0 files', '1 file', '2 files', '1,234 files']);
    speak('de', { '{0} file': '{0} Datei', '{0} files': '{0} Dateien' });
    assert.deepEqual([0, 1, 1234].map(files), ['0 Dateien', '1 Datei', '1.234 Dateien']);
    speak('pl', POLISH);
    assert.deepEqual([1, 2, 5].map(files), ['1 plik', '2 pliki', '5 plików']);
    speak('fr', { '{0} files': '{0} fichiers' });
    assert.deepEqual([0, 1].map(files), ['0 fichiers', '1 file']);
  });

  it('have numbers with the marks of the language', () => {
    speak('de', {});
    assert.equal(grouped(1234.5), '1.234,5');
  });
});
