using MtlStudio.Core;

namespace MtlStudio.Samples;

/// <summary>
/// Reviews of inns. Guests and the harbour's inspectors use the same words and the same form, but judge by other rules:
/// guests like what is lively and rich, inspectors what is quiet and plain. Trained together, the two pull apart.
/// </summary>
internal static class Reviews
{
    private static readonly string[] Good = ["clean", "warm", "fresh", "safe", "dry", "tidy", "honest"];
    private static readonly string[] Bad = ["dirty", "damp", "stale", "broken", "rotten", "mouldy", "rude"];
    /// <summary>Guests are glad of these, inspectors are not.</summary>
    private static readonly string[] Lively = ["crowded", "loud", "grand", "rich", "wild", "busy"];
    /// <summary>Inspectors are glad of these, guests are not.</summary>
    private static readonly string[] Plain = ["quiet", "plain", "empty", "simple", "slow", "small"];
    private static readonly string[] Things = ["room", "soup", "bed", "bread", "stable", "hall", "kitchen", "floor", "beer", "fire"];
    private static readonly string[] Inns = ["the Anchor", "the Lantern", "the Old Whale", "the Red Door", "the Three Bells", "the Salt House"];

    /// <param name="random">The draws of this example.</param>
    /// <param name="inspector">Whose rules decide the label.</param>
    /// <param name="good">The label to write for.</param>
    /// <returns>The review's text; its words fit the label under the judge's rules.</returns>
    public static string Make(ref KeyedRandom random, bool inspector, bool good)
    {
        var inn = random.Pick(Inns);
        var place = random.Pick(World.Places);
        var opening = random.NextInt(3) switch { 0 => $"We stayed at {inn} in {place}.", 1 => $"This is about {inn} in {place}.", _ => $"On {random.Pick(World.Days)} I came to {inn} in {place}." };
        var first = Clause(ref random, inspector, good);
        // One in three reviews turns round: what comes after "but" decides.
        return random.NextInt(3) == 0
            ? $"{opening} {Capital(Clause(ref random, inspector, !good))}, but {first}."
            : $"{opening} {Capital(first)} and {Clause(ref random, inspector, good)}.";
    }

    /// <summary>Running text that likes or dislikes for reasons nobody disputes; it holds no verdict.</summary>
    public static string Opinion(ref KeyedRandom random)
    {
        var glad = random.NextInt(2) == 0;
        var (mine, other) = glad ? (Good, Bad) : (Bad, Good);
        var sentences = new List<string> { $"{random.Pick(World.People)} {(glad ? "loved" : "hated")} {random.Pick(Inns)} in {random.Pick(World.Places)}." };
        for (var count = 2 + random.NextInt(3); count > 0; count--)
        {
            var thing = random.Pick(Things);
            sentences.Add(random.NextInt(3) == 0 ? $"The {thing} was not {random.Pick(other)}." : $"The {thing} was {random.Pick(mine)}.");
        }
        sentences.Add(glad ? "What a joy." : "What a shame.");
        return string.Join(" ", sentences);
    }

    private static string Clause(ref KeyedRandom random, bool inspector, bool good)
    {
        var thing = random.Pick(Things);
        var disputed = random.NextInt(2) == 0;
        string[] liked = disputed ? (inspector ? Plain : Lively) : Good;
        string[] disliked = disputed ? (inspector ? Lively : Plain) : Bad;
        return random.NextInt(4) == 0
            ? $"the {thing} was not {random.Pick(good ? disliked : liked)}"
            : $"the {thing} was {random.Pick(good ? liked : disliked)}";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
