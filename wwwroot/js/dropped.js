// Files of a drop, those of dropped folders and their folders too, without hidden ones.
export async function dropped(transfer) {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return [...transfer.files].map(file => ({ file, name: file.name }));
  const found = [];
  for (const entry of entries) await walk(entry, "", 0, found);
  return found;
}

async function walk(entry, folder, level, found) {
  if (entry.name.startsWith(".")) return;
  if (entry.isFile) {
    found.push({ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), name: folder + entry.name });
  } else if (level < 3) {
    const reader = entry.createReader();
    for (;;) {
      const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (batch.length === 0) break;
      for (const child of batch) await walk(child, `${entry.name}/`, level + 1, found);
    }
  }
}
