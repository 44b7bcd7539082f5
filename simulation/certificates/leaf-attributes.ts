import 'reflect-metadata';
import type { X509Certificate } from 'node:crypto';
import { X509Certificate as ParsedCertificate, SubjectAlternativeNameExtension } from '@peculiar/x509';
import type { LeafAttributes } from './leaf-language.ts';

// Kept, since a client opens many connections with one certificate.
const known = new Map<string, LeafAttributes>();

/** The subject fields and alternative names of a leaf, as a filter asks for them (F16). */
export function attributesOf(leaf: X509Certificate): LeafAttributes {
  const found = known.get(leaf.fingerprint256) ?? read(leaf);
  known.set(leaf.fingerprint256, found);
  return found;
}

function read(leaf: X509Certificate): LeafAttributes {
  const parsed = new ParsedCertificate(leaf.raw);
  const all = (field: string): string[] => parsed.subjectName.getField(field);
  const first = (field: string): string => all(field)[0] ?? '';
  const names = parsed.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  const sans = (type: 'dns' | 'url' | 'email') =>
    names.flatMap((name) => (name.type === type ? [name.value] : []));
  return {
    subject: {
      common_name: first('CN'),
      organization: first('O'),
      organizational_units: all('OU'),
      country: first('C'),
      state: first('ST'),
      locality: first('L'),
      serial_number: first('2.5.4.5'),
    },
    sans: { dns: sans('dns'), uri: sans('url'), email: sans('email') },
  };
}
