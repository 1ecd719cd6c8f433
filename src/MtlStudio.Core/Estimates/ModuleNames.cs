using System.Text.RegularExpressions;

namespace MtlStudio.Core.Estimates;

/// <summary>How a model's modules are named in options, as PEFT does it.</summary>
public static class ModuleNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether a module's name is, or ends with a dot and, <paramref name="end"/>.</summary>
    public static bool Ends(string module, string end) => module == end || module.EndsWith("." + end, StringComparison.Ordinal);

    /// <summary>The value of the first key, a regular expression over the end of a module's name, that fits; null: none does.</summary>
    public static double? Pattern(IReadOnlyList<KeyValuePair<string, double>> patterns, string module)
    {
        foreach (var (key, value) in patterns)
            if (Regex.IsMatch(module, $@"^(?:.*\.)?(?:{key})$", RegexOptions.CultureInvariant, Patience)) return value;
        return null;
    }
}
