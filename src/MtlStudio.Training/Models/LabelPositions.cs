namespace MtlStudio.Training.Models;

/// <summary>
/// The places of a batch whose next token counts, as plain numbers on the host: hidden state number
/// <see cref="Index"/>[i] (row·length + column) must give <see cref="Target"/>[i], and counts for example
/// <see cref="Example"/>[i]. Labels are shifted here: labels[row, t + 1] is the target of column t, labels[row, 0] never counts.
/// </summary>
public sealed class LabelPositions
{
    /// <summary>The label of a token that does not count.</summary>
    public const long Ignored = -100;

    private LabelPositions(long[] index, long[] target, long[] example, int examples) =>
        (Index, Target, Example, Examples) = (index, target, example, examples);

    public IReadOnlyList<long> Index { get; }
    public IReadOnlyList<long> Target { get; }
    public IReadOnlyList<long> Example { get; }
    /// <summary>How many examples there are, those without a counted token too.</summary>
    public int Examples { get; }
    /// <summary>Tokens that count.</summary>
    public int Count => Index.Count;

    /// <summary>Each row is one example.</summary>
    /// <param name="labels">(batch, length) row by row, beside the ids and not shifted; <see cref="Ignored"/> where a token does not count.</param>
    public static LabelPositions Of(ReadOnlySpan<long> labels, int batch, int length) => Of(labels, batch, length, [], batch);

    /// <summary>Rows of packed examples: <paramref name="exampleOf"/> gives each token's example (row by row, as the labels). The first label of each document must be ignored.</summary>
    public static LabelPositions Of(ReadOnlySpan<long> labels, int batch, int length, ReadOnlySpan<int> exampleOf, int examples)
    {
        if (labels.Length != batch * length) throw new ArgumentException($"{labels.Length} labels for a batch of ({batch}, {length})", nameof(labels));
        if (exampleOf.Length > 0 && exampleOf.Length != labels.Length) throw new ArgumentException($"{exampleOf.Length} example numbers for {labels.Length} labels", nameof(exampleOf));
        List<long> index = [], target = [], example = [];
        for (var row = 0; row < batch; row++)
            for (var t = 0; t + 1 < length; t++)
            {
                var at = row * length + t;
                if (labels[at + 1] == Ignored) continue;
                index.Add(at);
                target.Add(labels[at + 1]);
                example.Add(exampleOf.Length > 0 ? exampleOf[at + 1] : row);
            }
        return new([.. index], [.. target], [.. example], examples);
    }
}
