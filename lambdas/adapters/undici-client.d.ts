/** undici types its index only, and the index bundles to 732 KB for the 218 KB that the client takes. */
declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici';

  export default Client;
}
