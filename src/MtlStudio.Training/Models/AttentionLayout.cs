namespace MtlStudio.Training.Models;

/// <summary>
/// Who may see whom in a batch, as plain numbers on the host (no tensors, nothing to dispose). Position i sees key j
/// where j ≤ i and both are of one segment, or j is of the segment that i's continues. Padding is a segment of its own
/// (−1): what is computed there is finite and means nothing.
/// </summary>
public sealed class AttentionLayout
{
    private AttentionLayout(int batch, int length) => (Batch, Length) = (batch, length);

    public int Batch { get; }
    /// <summary>Columns of the ids, padding included.</summary>
    public int Length { get; }
    /// <summary>Position of each token, row by row, Batch·Length numbers; null: 0, 1, 2… in each row.</summary>
    public IReadOnlyList<int>? Positions { get; private init; }
    /// <summary>Segment of each token, row by row, −1 for padding; null: one segment a row, so that plain causal attention is enough.</summary>
    public IReadOnlyList<int>? Segments { get; private init; }
    /// <summary>For each token the segment it sees beside its own, −2 for none; null: none anywhere.</summary>
    public IReadOnlyList<int>? Parents { get; private init; }
    /// <summary>Columns that a KV cache holds already; the ids are those after them.</summary>
    public int Past { get; private init; }
    /// <summary>Tokens of each row without the padding on its right; null: as many as there are columns, or other padding (<see cref="Segments"/> tells).</summary>
    public IReadOnlyList<int>? RowTokens { get; private init; }
    /// <summary>The largest position + 1.</summary>
    public int PositionCount => Positions is null ? Length : Positions.Count == 0 ? 0 : Positions.Max() + 1;

    /// <summary>
    /// Rows of up to <paramref name="length"/> tokens that start at column 0. Padding on the right needs nothing more:
    /// no real token sees it (its own outputs mean nothing).
    /// </summary>
    public static AttentionLayout Causal(int batch, int length) => new(batch, length);

    /// <summary>Rows padded on the left to <paramref name="length"/>; <paramref name="lengths"/> counts each row's real tokens.</summary>
    public static AttentionLayout LeftPadded(IReadOnlyList<int> lengths, int length)
    {
        if (lengths.All(n => n == length)) return Causal(lengths.Count, length);
        var positions = new int[lengths.Count * length];
        var segments = new int[positions.Length];
        for (var row = 0; row < lengths.Count; row++)
            for (var column = 0; column < length; column++)
            {
                var at = column - (length - lengths[row]);
                positions[row * length + column] = Math.Max(at, 0);
                segments[row * length + column] = at < 0 ? -1 : 0;
            }
        return new(lengths.Count, length) { Positions = positions, Segments = segments };
    }

    /// <summary>
    /// Rows of documents laid one after another that don't see each other: positions restart in each. Columns after a
    /// row's last document are padding.
    /// </summary>
    /// <param name="documents">For each row the lengths of its documents.</param>
    public static AttentionLayout Packed(IReadOnlyList<IReadOnlyList<int>> documents, int length)
    {
        if (documents.All(row => row.Count <= 1)) return new(documents.Count, length) { RowTokens = [.. documents.Select(row => row.Sum())] };
        var positions = new int[documents.Count * length];
        var segments = new int[positions.Length];
        Array.Fill(segments, -1);
        for (var row = 0; row < documents.Count; row++)
        {
            var at = row * length;
            for (var document = 0; document < documents[row].Count; document++)
                for (var i = 0; i < documents[row][document]; i++, at++)
                {
                    if (at >= (row + 1) * length) throw new ArgumentException($"row {row} holds {documents[row].Sum()} tokens and has {length} columns", nameof(documents));
                    (positions[at], segments[at]) = (i, document);
                }
        }
        return new(documents.Count, length) { Positions = positions, Segments = segments };
    }

    /// <summary>
    /// The same tokens behind <paramref name="count"/> virtual ones in each row (prompt and prefix tuning): those take
    /// positions 0 to count − 1, see only each other, and every document of the row sees them and begins after them.
    /// </summary>
    public AttentionLayout Behind(int count)
    {
        if (count == 0) return this;
        var length = Length + count;
        if (Segments is null) return new(Batch, length) { RowTokens = RowTokens is null ? null : [.. RowTokens.Select(n => n + count)] };
        var positions = new int[Batch * length];
        var segments = new int[positions.Length];
        var parents = Parents is null ? null : new int[positions.Length];
        if (parents is not null) Array.Fill(parents, -2);
        for (var row = 0; row < Batch; row++)
            for (var column = 0; column < length; column++)
            {
                var (at, from) = (row * length + column, row * Length + column - count);
                (positions[at], segments[at]) = column < count ? (column, Seen) : (Positions![from] + count, Segments[from]);
                if (parents is not null && column >= count) parents[at] = Parents![from];
            }
        return new(Batch, length) { Positions = positions, Segments = segments, Parents = parents };
    }

    /// <summary>The segment of virtual tokens, which every later column sees.</summary>
    public const int Seen = int.MaxValue;

    /// <summary>One more token for each row after <paramref name="past"/> cached columns, at the rows' next positions.</summary>
    internal static AttentionLayout Next(int past, IReadOnlyList<int> positions) => new(positions.Count, 1) { Past = past, Positions = positions };

    /// <summary>
    /// Rows of one prompt and several continuations of it, laid one after another: each continuation sees the prompt and
    /// itself, and its positions go on from the prompt's. Columns after the last continuation are padding.
    /// </summary>
    public static AttentionLayout Branching(IReadOnlyList<int> prompts, IReadOnlyList<IReadOnlyList<int>> continuations, int length)
    {
        if (continuations.All(row => row.All(n => n == 0))) return Causal(prompts.Count, length);
        var positions = new int[prompts.Count * length];
        var segments = new int[positions.Length];
        var parents = new int[positions.Length];
        Array.Fill(segments, -1);
        Array.Fill(parents, -2);
        for (var row = 0; row < prompts.Count; row++)
        {
            var at = row * length;
            for (var i = 0; i < prompts[row]; i++, at++) (positions[at], segments[at]) = (i, 0);
            for (var branch = 0; branch < continuations[row].Count; branch++)
                for (var i = 0; i < continuations[row][branch]; i++, at++)
                    (positions[at], segments[at], parents[at]) = (prompts[row] + i, branch + 1, 0);
        }
        return new(prompts.Count, length) { Positions = positions, Segments = segments, Parents = parents };
    }
}
