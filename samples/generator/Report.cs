using MtlStudio.Core;

namespace MtlStudio.Samples;

/// <summary>A harbour report: a handful of facts, some idle sentences, and one event that matters.</summary>
internal sealed record Report(string Text, string Summary, IReadOnlyList<(string Question, string Answer)> Questions)
{
    private static readonly (string Sentence, string Short)[] Events =
    [
        ("{person} lost a sail near {place} and came home late.", "{person} lost a sail near {place}."),
        ("In the evening a fire burned the store of {person}, and {number} barrels of {goods} were lost.", "Fire burned the store of {person}."),
        ("The ship {ship} struck a rock off {place}, but all {number} hands were saved.", "The {ship} struck a rock off {place}."),
        ("{person} found a chest of old coins under the pier.", "{person} found old coins."),
        ("The council chose {person} as the new harbour master after {number} rounds.", "{person} is the new harbour master."),
        ("A thief took {goods} from the ship {ship} during the night.", "A thief took {goods} from the {ship}."),
        ("{person} and {person2} were married on the deck of the {ship}.", "{person} and {person2} were married."),
        ("The bridge to {place} fell, and no carts could pass for {number} days.", "The bridge to {place} fell."),
        ("{person} caught a fish as long as a boat, and the whole town came to see it.", "{person} caught a great fish."),
        ("A storm broke {number} masts in the harbour and sank the {ship}.", "A storm sank the {ship}."),
    ];

    public static Report Make(ref KeyedRandom random)
    {
        var harbour = random.Pick(World.Places);
        var day = random.Pick(World.Days);
        var person = random.Pick(World.People);
        var job = random.Pick(World.Jobs);
        var seller = random.PickOther(World.People, person);
        var goods = random.Pick(World.Goods);
        var ship = random.Pick(World.Ships);
        var origin = random.PickOther(World.Places, harbour);
        var cargo = random.PickOther(World.Goods, goods);
        var count = random.Pick(World.Numbers);

        var facts = new List<string>
        {
            $"{person} the {job} opened a new house by the harbour.",
            $"{seller} sold {count} sacks of {goods} at the market.",
            $"The ship {ship} came from {origin} with {cargo}.",
            random.Pick(World.Weather),
        };
        var (sentence, brief) = random.Pick(Events);
        var hero = random.PickOther(World.People, person, seller);
        var words = new Dictionary<string, string>
        {
            ["{person}"] = hero, ["{person2}"] = random.PickOther(World.People, person, seller, hero), ["{place}"] = random.PickOther(World.Places, harbour, origin),
            ["{ship}"] = random.PickOther(World.Ships, ship), ["{goods}"] = random.PickOther(World.Goods, goods, cargo), ["{number}"] = random.Pick(World.Numbers),
        };
        facts.Add(Fill(sentence, words));
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(facts));
        return new(
            $"Report from {harbour}, {day}. {string.Join(" ", facts)}",
            $"{harbour}, {day}: {Fill(brief, words)}",
            [
                ("Which harbour is the report from?", harbour), ("What day is it?", day), ($"What is the work of {person}?", job),
                ($"What did {seller} sell?", goods), ($"Who sold {goods}?", seller), ("How many sacks were sold?", count),
                ($"Where did the ship {ship} come from?", origin), ($"What did the ship {ship} bring?", cargo), ($"Which ship came from {origin}?", ship),
            ]);
    }

    private static string Fill(string text, Dictionary<string, string> words)
    {
        foreach (var (name, word) in words) text = text.Replace(name, word);
        return text;
    }
}
