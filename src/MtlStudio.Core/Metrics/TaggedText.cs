namespace MtlStudio.Core.Metrics;

/// <summary>What tags mark, as people read it.</summary>
public static class TaggedText
{
    /// <summary>Where nothing is marked.</summary>
    public const string Nothing = "(nothing marked)";

    /// <summary>As "place: New York; number: 7", in the text's order.</summary>
    /// <param name="words">The words that are tagged.</param>
    /// <param name="tags">A tag for each, with spaces between them.</param>
    /// <param name="labels">The tags there are, which tell how they are read.</param>
    public static string Of(IReadOnlyList<string> words, string tags, IReadOnlyList<string> labels)
    {
        var entities = Entities.Of(EntityF1.TagsOf(tags), Entities.SchemeOf(labels)).Where(entity => entity.Last < words.Count).OrderBy(entity => entity.First).ThenBy(entity => entity.Last).ToList();
        return entities.Count == 0 ? Nothing : string.Join("; ", entities.Select(entity => $"{entity.Type}: {string.Join(' ', words.Skip(entity.First).Take(entity.Last - entity.First + 1))}"));
    }
}
