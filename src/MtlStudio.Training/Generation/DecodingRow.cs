namespace MtlStudio.Training.Generation;

/// <summary>One text while it is being continued.</summary>
internal sealed class DecodingRow(int number, long example, IReadOnlyList<int> prompt)
{
    /// <summary>The prompt's place among all.</summary>
    public int Number => number;
    /// <summary>Keys the draws.</summary>
    public long Example => example;
    /// <summary>Prompt and new tokens.</summary>
    public List<int> Tokens { get; } = [.. prompt];
    public IReadOnlyList<int> New => Tokens[prompt.Count..];
    public bool Ended { get; private set; }

    public void Add(int token, IReadOnlyList<long> eosIds)
    {
        Tokens.Add(token);
        Ended = eosIds.Contains(token);
    }
}
