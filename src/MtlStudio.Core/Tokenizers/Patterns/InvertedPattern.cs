using System.Runtime.InteropServices;

namespace MtlStudio.Core.Tokenizers.Patterns;

/// <summary>Matches what another pattern doesn't.</summary>
internal sealed class InvertedPattern(IPattern inner) : IPattern
{
    public void Divide(ReadOnlySpan<char> text, List<Stretch> stretches)
    {
        var from = stretches.Count;
        inner.Divide(text, stretches);
        foreach (ref var stretch in CollectionsMarshal.AsSpan(stretches)[from..])
            stretch = stretch with { IsMatch = !stretch.IsMatch };
    }
}
