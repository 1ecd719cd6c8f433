using MtlStudio.Core;

namespace MtlStudio.Samples;

/// <summary>
/// The Sund islands: a small invented archipelago that all sample texts speak of. Its words are few, so that a small
/// model can learn them, and shared by all tasks, so that the tasks have something to teach each other.
/// </summary>
internal static class World
{
    public static readonly string[] People =
    [
        "Tamo", "Ruva", "Belin", "Osk", "Marit", "Jorun", "Pell", "Sanna", "Dirk", "Vesla", "Hallo", "Imre", "Kesta", "Lund", "Nira", "Orra",
        "Quill", "Runa", "Stig", "Thea", "Ulf", "Wenna", "Yrsa", "Zander", "Aldo", "Birka", "Corin", "Dagny", "Eskil", "Fenna", "Gard", "Hilde",
    ];

    public static readonly string[] Places =
    [
        "Brask", "Marn", "Oste", "Velm", "Skarp", "Lindo", "Tarn", "Hessel", "Grimmo", "Fjall", "Nordo", "Rimm", "Sola", "Kvist", "Dunmar", "Ytter",
    ];

    public static readonly string[] Ships =
    [
        "Gull", "Heron", "Petrel", "Lantern", "Juniper", "Anvil", "Morning", "Pilgrim", "Sparrow", "Comet", "Harvest", "Willow",
    ];

    public static readonly string[] Goods =
    [
        "salt", "rope", "wool", "tar", "honey", "iron", "fish", "grain", "timber", "glass", "candles", "cheese", "apples", "leather", "paper", "oil",
    ];

    public static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    public static readonly string[] Jobs = ["baker", "fisher", "smith", "weaver", "pilot", "cook", "miller", "clerk", "doctor", "teacher"];

    public static readonly string[] Numbers = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    public static readonly string[] Weather = ["The wind was strong.", "The sea was calm.", "There was fog all day.", "It rained in the morning.", "The sky was clear.", "Snow fell in the night."];

    public static T Pick<T>(ref this KeyedRandom random, IReadOnlyList<T> among) => among[random.NextInt(among.Count)];

    /// <summary>One of the others.</summary>
    public static string PickOther(ref this KeyedRandom random, IReadOnlyList<string> among, params ReadOnlySpan<string> not)
    {
        while (true)
            if (random.Pick(among) is var found && !not.Contains(found)) return found;
    }
}
