using MtlStudio.Core;

namespace MtlStudio.Samples;

/// <summary>
/// Orrish, the constructed tongue of the islands, and sentences in it beside their English: verb last, adjective after
/// its noun, plural in -en, past in -ta, negation by "nu" before the verb, place by the suffix -la, the article a prefix o-.
/// </summary>
internal static class Orrish
{
    private static readonly (string English, string Plural, string Orrish)[] Nouns =
    [
        ("boat", "boats", "rumu"), ("fisher", "fishers", "pesko"), ("house", "houses", "dalu"), ("child", "children", "miri"), ("dog", "dogs", "vuf"), ("bird", "birds", "tiwi"),
        ("tree", "trees", "bolen"), ("stone", "stones", "karg"), ("friend", "friends", "sammo"), ("baker", "bakers", "hornu"), ("horse", "horses", "galt"), ("book", "books", "lesk"),
        ("net", "nets", "rit"), ("lamp", "lamps", "lumi"), ("king", "kings", "regu"), ("sister", "sisters", "sora"), ("letter", "letters", "skriv"), ("knife", "knives", "skeg"),
        ("bell", "bells", "klang"), ("wall", "walls", "murd"), ("sailor", "sailors", "navo"), ("goat", "goats", "bek"), ("coin", "coins", "pendo"), ("road", "roads", "vaga"),
    ];

    private static readonly (string English, string Orrish)[] Adjectives =
    [
        ("old", "gam"), ("new", "nye"), ("red", "rosu"), ("white", "vit"), ("small", "pik"), ("big", "stora"), ("good", "boni"), ("tired", "trudo"),
        ("quiet", "tyst"), ("quick", "rask"), ("cold", "kalu"), ("strong", "sterk"),
    ];

    private static readonly (string Past, string Base, string Orrish)[] Verbs =
    [
        ("saw", "see", "vid"), ("found", "find", "trov"), ("sold", "sell", "sal"), ("bought", "buy", "kop"), ("carried", "carry", "bar"), ("lost", "lose", "mist"),
        ("built", "build", "bygg"), ("painted", "paint", "mal"), ("heard", "hear", "hor"), ("followed", "follow", "folk"), ("loved", "love", "lub"), ("feared", "fear", "skred"),
    ];

    private static readonly string[] OrrishNumbers = ["du", "tri", "kvar", "pem", "sex", "sep", "ott", "niu", "dek"];

    private static readonly (string English, string Orrish)[] Times = [("today", "idag"), ("yesterday", "iger"), ("in the morning", "morgu"), ("at night", "natta"), ("in winter", "vintu")];

    public static (string English, string Orrish) Make(ref KeyedRandom random)
    {
        var (english, tongue) = NounPhrase(ref random, allowNumber: false);
        var (objectEnglish, objectTongue) = NounPhrase(ref random, allowNumber: true);
        var (past, plain, verb) = random.Pick(Verbs);
        var negated = random.NextInt(5) == 0;
        var place = random.NextInt(3) == 0 ? random.Pick(World.Places) : null;
        var (time, timeTongue) = random.NextInt(3) == 0 ? random.Pick(Times) : ("", "");

        var sentence = $"{english} {(negated ? $"did not {plain}" : past)} {objectEnglish}{(place is null ? "" : $" in {place}")}{(time == "" ? "" : $" {time}")}.";
        string[] parts = [timeTongue, tongue, place is null ? "" : $"{place}-la", objectTongue, negated ? "nu" : "", $"{verb}ta"];
        return (Capital(sentence), Capital(string.Join(" ", parts.Where(part => part != "")) + "."));
    }

    /// <summary>One entry of a word list: a phrase, a verb or a time, never a whole sentence.</summary>
    public static (string English, string Orrish) Entry(ref KeyedRandom random)
    {
        switch (random.NextInt(8))
        {
            case 0:
                return random.Pick(Times);
            case 1 or 2 or 3:
                var (past, plain, verb) = random.Pick(Verbs);
                return random.NextInt(3) == 0 ? ($"did not {plain}", $"nu {verb}ta") : (past, $"{verb}ta");
            case 4:
                var place = random.Pick(World.Places);
                return ($"in {place}", $"{place}-la");
            default:
                return NounPhrase(ref random, allowNumber: true);
        }
    }

    private static (string English, string Orrish) NounPhrase(ref KeyedRandom random, bool allowNumber)
    {
        var (single, plural, word) = random.Pick(Nouns);
        var (adjective, adjectiveTongue) = random.NextInt(2) == 0 ? random.Pick(Adjectives) : ("", "");
        var (before, after) = adjective == "" ? ("", "") : ($"{adjective} ", $" {adjectiveTongue}");
        if (allowNumber && random.NextInt(3) == 0)
        {
            var number = random.NextInt(OrrishNumbers.Length);
            return ($"{World.Numbers[number]} {before}{plural}", $"{OrrishNumbers[number]} {word}en{after}");
        }
        return random.NextInt(3) switch
        {
            0 => ($"the {before}{plural}", $"o-{word}en{after}"),
            1 => ($"the {before}{single}", $"o-{word}{after}"),
            _ => ($"a {before}{single}".Replace("a old", "an old"), $"{word}{after}"),
        };
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
