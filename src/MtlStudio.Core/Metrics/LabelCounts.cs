namespace MtlStudio.Core.Metrics;

/// <summary>How often each label was right, wrongly given and missed.</summary>
/// <param name="Right">(labels): reference and output.</param>
/// <param name="Given">(labels): outputs.</param>
/// <param name="Due">(labels): references.</param>
internal sealed record LabelCounts(int[] Right, int[] Given, int[] Due)
{
    /// <param name="labels">The labels that count; empty: all that occur in references or outputs (as scikit-learn).</param>
    public static LabelCounts Of(IReadOnlyList<string> references, IReadOnlyList<string> outputs, IReadOnlyList<string> labels)
    {
        var counted = labels.Count > 0 ? labels.Distinct() : references.Concat(outputs).Distinct();
        var index = counted.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i);
        var counts = new LabelCounts(new int[index.Count], new int[index.Count], new int[index.Count]);
        for (var e = 0; e < references.Count; e++)
        {
            if (index.TryGetValue(references[e], out var due)) counts.Due[due]++;
            if (index.TryGetValue(outputs[e], out var given)) counts.Given[given]++;
            if (references[e] == outputs[e] && index.TryGetValue(outputs[e], out var right)) counts.Right[right]++;
        }
        return counts;
    }
}
