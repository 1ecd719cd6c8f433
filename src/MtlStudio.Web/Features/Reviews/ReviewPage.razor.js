// Who reviews in this browser. There is no sign-in: the name tells votes apart.
const key = "mtl-reviewer";

export const name = () => {
  try { return localStorage.getItem(key); } catch { return null; }
};

export const remember = value => {
  try { localStorage.setItem(key, value); } catch { /* a browser that keeps nothing asks again */ }
};
