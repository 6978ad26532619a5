/** The version of Justright; every run and every exported model carries it. */
export const version = '0.1.0'
