/** Version of this library, kept equal to its package by a test. */
export const LIBRARY_VERSION = '0.1.0';
