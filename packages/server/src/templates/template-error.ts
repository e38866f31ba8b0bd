/** A template that cannot be read, or that fails while it is expanded. The message has the place and Go's words. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly code: 'template_syntax' | 'template_execution';

  constructor(code: TemplateError['code'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
