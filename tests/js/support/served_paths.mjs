/** Pages import `/js/…` as the server serves it; here it lies in clients/js. */
const JS = new URL('../../../clients/js/', import.meta.url);

export async function resolve(specifier, context, next) {
  const served = specifier.startsWith('/js/');
  return next(served ? new URL(specifier.slice(4), JS).href : specifier, context);
}
