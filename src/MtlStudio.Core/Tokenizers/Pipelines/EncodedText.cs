namespace MtlStudio.Core.Tokenizers.Pipelines;

/// <summary>The tokens of a text. Everything but the ids is kept only where it was asked for.</summary>
internal sealed class EncodedText(bool detailed)
{
    /// <summary>The word index of a token that stands for no part of the text.</summary>
    public const int NoWord = -1;

    public bool Detailed { get; } = detailed;

    public List<int> Ids { get; } = [];

    /// <summary>In UTF-16 units of the original.</summary>
    public List<int> Starts { get; } = [];

    /// <summary>Exclusive.</summary>
    public List<int> Ends { get; } = [];

    /// <summary>The index of the piece that a token came from.</summary>
    public List<int> Words { get; } = [];

    /// <summary>Where a token's text isn't the vocabulary's text for its id.</summary>
    public List<string?> Texts { get; } = [];

    public void Add(int id, int start, int end, int word, string? text = null)
    {
        Ids.Add(id);
        if (!Detailed) return;
        Starts.Add(start);
        Ends.Add(end);
        Words.Add(word);
        Texts.Add(text);
    }

    /// <summary>Adds a token that the template puts around the text.</summary>
    public void AddSpecial(int id) => Add(id, 0, 0, NoWord);

    /// <summary>Adds the tokens of one word.</summary>
    public void AddWord(EncodedText tokens, int word)
    {
        for (var i = 0; i < tokens.Ids.Count; i++) Add(tokens.Ids[i], tokens.Starts[i], tokens.Ends[i], word, tokens.Texts[i]);
    }

    public void AddAll(EncodedText other)
    {
        Ids.AddRange(other.Ids);
        Starts.AddRange(other.Starts);
        Ends.AddRange(other.Ends);
        Words.AddRange(other.Words);
        Texts.AddRange(other.Texts);
    }
}
