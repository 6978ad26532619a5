/** Attributes of an element; those without a value are left out. */
export type Attributes = { readonly [name: string]: string | number | undefined }

/** An element of XML with what is in it, which is XML too. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escaped(value!)}"`,
    )
    .join('')
  return children.length > 0
    ? `<${name}${list}>${children.join('')}</${name}>`
    : `<${name}${list}/>`
}

/** A text in XML. Source: Extensible Markup Language 1.0, section 2.4. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\ufffe\uffff]/g, ' ')
}

/** A number of pixels with two decimals at most. */
export function short(x: number): string {
  return String(Math.round(x * 100) / 100)
}
