using System.Text;
using MtlStudio.Core;

namespace MtlStudio.Samples;

/// <summary>
/// What the small base model is pre-trained on: the islands' reports, reviews and sentences as running text, in both
/// tongues, word lists, opinions and lists told twice. It holds none of the tasks: no sentence beside its translation, no
/// verdict, no question, no summary.
/// </summary>
internal static class PretrainingText
{
    /// <summary>Documents of one or more sentences, one a line.</summary>
    public static string Make(int documents, long seed)
    {
        var text = new StringBuilder();
        for (var i = 0; i < documents; i++)
        {
            var random = new KeyedRandom(seed, "pretraining", i);
            text.Append(random.NextInt(12) switch
            {
                0 or 1 => Report.Make(ref random).Text,
                2 => Reviews.Make(ref random, random.NextInt(2) == 0, random.NextInt(2) == 0),
                3 => Reviews.Opinion(ref random),
                4 => Sentences(ref random, orrish: false),
                5 => Sentences(ref random, orrish: true),
                6 or 7 => WordList(ref random),
                8 or 9 => Household(ref random),
                _ => Retold(ref random),
            }).Append('\n');
        }
        return text.ToString();
    }

    private static string Sentences(ref KeyedRandom random, bool orrish)
    {
        var sentences = new List<string>();
        for (var count = 2 + random.NextInt(4); count > 0; count--)
        {
            var (english, tongue) = Orrish.Make(ref random);
            sentences.Add(orrish ? tongue : english);
        }
        return string.Join(" ", sentences);
    }

    /// <summary>Facts told twice in other words, so that the model learns to look names up in what it has read.</summary>
    private static string Household(ref KeyedRandom random)
    {
        var people = new[] { random.Pick(World.People), "", "" };
        people[1] = random.PickOther(World.People, people[0]);
        people[2] = random.PickOther(World.People, people[0], people[1]);
        var homes = people.Select(_ => "").ToArray();
        var goods = homes.ToArray();
        for (var i = 0; i < people.Length; i++) (homes[i], goods[i]) = (random.Pick(World.Places), random.Pick(World.Goods));
        var told = people.Select((person, i) => $"{person} lives in {homes[i]} and sells {goods[i]}.").ToArray();
        var again = people.Select((person, i) => (i % 2) switch
        {
            0 => $"The house of {person} is in {homes[i]}, and the {goods[i]} of {person} is known there.",
            _ => $"Who wants {goods[i]} goes to {person} in {homes[i]}.",
        }).ToArray();
        random.Shuffle(again.AsSpan());
        return string.Join(" ", told.Concat(again));
    }

    /// <summary>Phrases beside their Orrish, as a dictionary has them.</summary>
    private static string WordList(ref KeyedRandom random)
    {
        var entries = new List<string>();
        for (var count = 6 + random.NextInt(6); count > 0; count--)
        {
            var (english, tongue) = Orrish.Entry(ref random);
            entries.Add(random.NextInt(2) == 0 ? $"{english}: {tongue}." : $"{tongue} is {english}.");
        }
        return string.Join(" ", entries);
    }

    /// <summary>A list in any order, told twice: whoever copies well guesses its second half.</summary>
    private static string Retold(ref KeyedRandom random)
    {
        string[] all = [.. World.People, .. World.Places, .. World.Ships, .. World.Goods, .. World.Days, .. World.Jobs];
        var words = new string[4 + random.NextInt(14)];
        for (var i = 0; i < words.Length; i++) words[i] = random.Pick(all);
        var list = string.Join(random.NextInt(2) == 0 ? ", " : " ", words);
        return $"{list}. Again: {list}.";
    }
}
