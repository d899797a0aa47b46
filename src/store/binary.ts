// Many values → one parameter in PostgreSQL's own binary form of an array, which costs neither side any spelling.

// One dimension, no nulls, counted from 1 (array_send in PostgreSQL's src/backend/utils/adt/arrayfuncs.c).
function headOf(elementType: number, count: number): Buffer {
  const head = Buffer.alloc(count === 0 ? 12 : 20);
  const numbers = count === 0 ? [0, 0, elementType] : [1, 0, elementType, count, 1];
  numbers.forEach((value, index) => head.writeInt32BE(value, index * 4));
  return head;
}

/** An array of elements that are in their type's binary form already, each behind its length; `elementType` is the type's number. */
export function packedArray(elements: readonly Uint8Array[], elementType: number): Buffer {
  return Buffer.concat([headOf(elementType, elements.length), ...elements]);
}

const textType = 25;

/** Texts as `text[]`. */
export function textArray(texts: readonly string[]): Buffer {
  const head = headOf(textType, texts.length);
  let most = head.length;
  for (const text of texts) most += 4 + text.length * 3;
  const bytes = Buffer.allocUnsafe(most);
  let end = head.copy(bytes);
  for (const text of texts) {
    const length = bytes.write(text, end + 4, 'utf8');
    bytes.writeInt32BE(length, end);
    end += 4 + length;
  }
  return bytes.subarray(0, end);
}

const integerType = 23;

/** Whole numbers of 32 bits as `integer[]`. */
export function integerArray(numbers: readonly number[]): Buffer {
  const head = headOf(integerType, numbers.length);
  const bytes = Buffer.allocUnsafe(head.length + numbers.length * 8);
  let end = head.copy(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const number of numbers) {
    view.setInt32(end, 4);
    view.setInt32(end + 4, number);
    end += 8;
  }
  return bytes;
}
