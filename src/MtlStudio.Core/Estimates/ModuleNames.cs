using System.Text.RegularExpressions;

namespace MtlStudio.Core.Estimates;

/// <summary>How a model's modules are named in options, as PEFT does it.</summary>
public static class ModuleNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What GPT-2 calls the linear layers of the Llama layout, by whose names methods' defaults go.</summary>
    private static readonly Dictionary<string, string> OfGpt2 = new(StringComparer.Ordinal)
    {
        ["q_proj"] = "attn.c_attn", ["k_proj"] = "attn.c_attn", ["v_proj"] = "attn.c_attn", ["o_proj"] = "attn.c_proj",
        ["gate_proj"] = "mlp.c_fc", ["up_proj"] = "mlp.c_fc", ["down_proj"] = "mlp.c_proj",
    };

    /// <summary>Module names that are a method's default, as the model at hand calls them: where none of them is there, those of its own layout.</summary>
    /// <param name="modules">The names of the model's modules.</param>
    public static IReadOnlyList<string> Default(IReadOnlyList<string> names, IEnumerable<string> modules)
    {
        if (names.Count == 0 || !names.All(OfGpt2.ContainsKey)) return names;
        var (there, others) = (modules.ToList(), names.Select(name => OfGpt2[name]).Distinct().ToList());
        return there.Exists(module => names.Any(name => Ends(module, name))) || !there.Exists(module => others.Exists(name => Ends(module, name))) ? names : others;
    }

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
