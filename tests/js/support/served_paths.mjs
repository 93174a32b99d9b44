/** Lets modules of pages be imported here: `/js/…` is clients/js, as the server has it. */
import { register } from 'node:module';

const root = new URL('../../../clients/js/', import.meta.url).href;
register(
  `data:text/javascript,${encodeURIComponent(`
    export const resolve = (name, context, next) =>
      next(name.startsWith('/js/') ? ${JSON.stringify(root)} + name.slice(4) : name, context);
  `)}`,
);
