namespace MtlStudio.Core.Metrics;

/// <summary>A marked stretch of words: its type, its first and its last word.</summary>
internal readonly record struct Entity(string Type, int First, int Last);

/// <summary>
/// Entities of a row of tags, as seqeval 1.2.2 finds them. BIO and its kin are read with repairs (an I- after O begins an
/// entity); where a task's tags hold U- or L- they are BILOU, where they hold S-, or B- and E-, they are IOBES, and both are read strictly (what is
/// malformed is none).
/// </summary>
internal static class Entities
{
    /// <summary>How tags are read.</summary>
    public enum Scheme { Repaired, Bilou, Iobes }

    /// <summary>The scheme that a set of tags is of.</summary>
    public static Scheme SchemeOf(IEnumerable<string> tags)
    {
        var prefixes = tags.Where(tag => tag.Length > 1 && tag[1] == '-').Select(tag => tag[0]).ToHashSet();
        return prefixes.Overlaps(['U', 'L']) ? Scheme.Bilou : prefixes.Contains('S') || prefixes.IsSupersetOf(['B', 'E']) ? Scheme.Iobes : Scheme.Repaired;
    }

    public static HashSet<Entity> Of(IReadOnlyList<string> tags, Scheme scheme) =>
        scheme == Scheme.Repaired ? Repaired(tags) : Strict(tags, scheme == Scheme.Bilou ? ('U', 'L') : ('S', 'E'));

    private static (char Prefix, string Type) Parts(string tag) => tag.Length == 0 ? ('O', "_") : (tag[0], tag.IndexOf('-') is >= 0 and var dash && dash + 1 < tag.Length ? tag[(dash + 1)..] : "_");

    // seqeval's get_entities: chunks end and start by the prefixes and types of neighbours.
    private static HashSet<Entity> Repaired(IReadOnlyList<string> tags)
    {
        var found = new HashSet<Entity>();
        var (before, typeBefore, begin) = ('O', "_", 0);
        for (var i = 0; i <= tags.Count; i++)
        {
            var (prefix, type) = i == tags.Count ? ('O', "_") : Parts(tags[i]);
            if (Ends(before, prefix, typeBefore, type)) found.Add(new(typeBefore, begin, i - 1));
            if (Starts(before, prefix, typeBefore, type)) begin = i;
            (before, typeBefore) = (prefix, type);
        }
        return found;
    }

    private static bool Ends(char before, char prefix, string typeBefore, string type) =>
        before is 'E' or 'S' || (before is 'B' or 'I' && prefix is 'B' or 'S' or 'O') || (before is not ('O' or '.') && typeBefore != type);

    private static bool Starts(char before, char prefix, string typeBefore, string type) =>
        prefix is 'B' or 'S' || (before is 'E' or 'S' or 'O' && prefix is 'E' or 'I') || (prefix is not ('O' or '.') && typeBefore != type);

    /// <summary>B I* last, or a single; all of one type.</summary>
    private static HashSet<Entity> Strict(IReadOnlyList<string> tags, (char Single, char Last) marks)
    {
        var found = new HashSet<Entity>();
        int? begin = null;
        for (var i = 0; i < tags.Count; i++)
        {
            var (prefix, type) = Parts(tags[i]);
            if (prefix == marks.Single) found.Add(new(type, i, i));
            if (prefix == 'B') begin = i;
            else if (begin is { } start && prefix is var inside && (inside == 'I' || inside == marks.Last) && Parts(tags[start]).Type == type)
            {
                if (inside != marks.Last) continue;
                found.Add(new(type, start, i));
                begin = null;
            }
            else begin = null;
        }
        return found;
    }
}
