namespace MtlStudio.Core.Tokenizers.Unicode;

/// <summary>One code point of a rewritten text. <paramref name="Change"/> 0: takes the place of one old code point; 1: inserted
/// after the one before; -n: takes the place of one and removes the n after it.</summary>
internal readonly record struct Rewrite(int CodePoint, int Change);

/// <summary>NFC, NFD, NFKC and NFKD as a list of rewrites, so that each result can be traced to where it came from.</summary>
internal static class NormalizationForm
{
    /// <summary>Rewrites for <paramref name="text"/>, which holds no lone surrogates.</summary>
    public static List<Rewrite> Of(ReadOnlySpan<char> text, bool compatible, bool compose)
    {
        var decomposed = Decompose(text, compatible);
        return compose ? Compose(decomposed) : decomposed;
    }

    private static List<Rewrite> Decompose(ReadOnlySpan<char> text, bool compatible)
    {
        List<Rewrite> result = new(text.Length + 16);
        var starter = 0; // where the run of marks that may be reordered begins
        for (var at = 0; at < text.Length;)
        {
            var codePoint = Runes.At(text, at, out var length);
            at += length;
            var parts = Decomposition.Of(codePoint, compatible);
            if (parts is null) Push(codePoint, 0);
            else
                for (var i = 0; i < parts.Length; i++) Push(parts[i], i == 0 ? 0 : 1);
        }
        Sort(result, starter);
        return result;

        void Push(int part, int change)
        {
            if (Decomposition.CombiningClass(part) == 0)
            {
                Sort(result, starter);
                starter = result.Count + 1;
            }
            result.Add(new(part, change));
        }
    }

    /// <summary>Canonical order: a stable sort of marks by class from <paramref name="from"/> to the end.</summary>
    private static void Sort(List<Rewrite> list, int from)
    {
        for (var i = from + 1; i < list.Count; i++)
        {
            var item = list[i];
            var order = Decomposition.CombiningClass(item.CodePoint);
            var j = i - 1;
            while (j >= from && Decomposition.CombiningClass(list[j].CodePoint) > order)
            {
                list[j + 1] = list[j];
                j--;
            }
            list[j + 1] = item;
        }
    }

    /// <summary>Canonical composition. A composite takes over what its second part removed or was inserted by.</summary>
    private static List<Rewrite> Compose(List<Rewrite> input)
    {
        List<Rewrite> output = new(input.Count);
        var starter = -1; // index in output of the last starter
        var lastClass = -1; // class of the last mark kept after it; -1 = none
        foreach (var item in input)
        {
            var order = Decomposition.CombiningClass(item.CodePoint);
            if (starter >= 0 && lastClass < order || starter >= 0 && lastClass == -1)
            {
                var composite = Decomposition.Compose(output[starter].CodePoint, item.CodePoint);
                if (composite >= 0)
                {
                    output[starter] = new(composite, output[starter].Change + item.Change - 1);
                    continue;
                }
            }
            if (order == 0)
            {
                starter = output.Count;
                lastClass = -1;
            }
            else
            {
                lastClass = order;
            }
            output.Add(item);
        }
        return output;
    }
}
