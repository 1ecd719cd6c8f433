namespace MtlStudio.Training.Generation;

/// <summary>What was written after a prompt.</summary>
/// <param name="Ids">The new tokens, the one that ended the text included.</param>
/// <param name="CutByLimit">No end came within the allowed number of tokens.</param>
public sealed record Generated(IReadOnlyList<int> Ids, bool CutByLimit);
