using System.Text.Json;
using System.Text.Json.Serialization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Catalog;

/// <summary>What a parameter or field takes.</summary>
public enum ParameterType { Integer, Number, Boolean, Text, Choice, TextList, TextMap, Method }

/// <summary>What a method is for; a spec names one of each kind.</summary>
public enum MethodKind { Policy, Sampler, Peft, Optimizer, Schedule, Metric, Curriculum }

/// <summary>
/// One value a user may set: drawn into forms, command line help, the API's schema and docs/methods, and checked by
/// <see cref="ValueCheck"/>. Written once; nothing else knows the range or the default.
/// </summary>
public sealed record ParameterDescriptor
{
    /// <summary>The JSON name; for fields of a spec the path, as <c>tasks[].maxNewTokens</c>.</summary>
    public required string Name { get; init; }
    public required ParameterType Type { get; init; }
    /// <summary>What a form calls it.</summary>
    public required string Title { get; init; }
    /// <summary>One or two sentences: what it does, and when to change it.</summary>
    public required string Help { get; init; }
    /// <summary>The value where none is given; null: it may be absent, or (with <see cref="Required"/>) must be given.</summary>
    public object? Default { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    /// <summary>True where <see cref="Min"/> itself is not allowed.</summary>
    public bool MinExclusive { get; init; }
    /// <summary>True where <see cref="Max"/> itself is not allowed.</summary>
    public bool MaxExclusive { get; init; }
    public string? Unit { get; init; }
    public IReadOnlyList<string> Choices { get; init; } = [];
    public bool Required { get; init; }
    /// <summary>Most characters of a text, or most entries of a list or map.</summary>
    public int MaxLength { get; init; } = 10_000;
    /// <summary>The kind of method a <see cref="ParameterType.Method"/> names.</summary>
    public MethodKind? Method { get; init; }
    /// <summary>The form's section; empty for a method's parameters.</summary>
    public string Section { get; init; } = "";

    /// <summary>The range in words, as "1 to 4,096" or "over 0"; empty where there is none.</summary>
    [JsonIgnore]
    public string Range => (Min, Max) switch
    {
        (null, null) => "",
        ({ } low, null) => MinExclusive ? $"over {Number(low)}" : $"at least {Number(low)}",
        (null, { } high) => MaxExclusive ? $"below {Number(high)}" : $"at most {Number(high)}",
        ({ } low, { } high) => $"{(MinExclusive ? "over " : "")}{Number(low)} to {(MaxExclusive ? "below " : "")}{Number(high)}",
    };

    internal static string Number(double value) =>
        value == Math.Floor(value) && Math.Abs(value) < 1e15 ? value.ToString("#,0") : value.ToString("G6");
}

/// <summary>One method of the field: what it is, when it helps, what it costs, where it comes from, and its parameters.</summary>
public sealed record MethodDescriptor
{
    public required MethodKind Kind { get; init; }
    /// <summary>The name in specs, as <c>pcgrad</c>.</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }
    /// <summary>The idea in one line.</summary>
    public required string Summary { get; init; }
    /// <summary>When to choose it.</summary>
    public required string Helps { get; init; }
    /// <summary>What it adds to a step or to memory.</summary>
    public string Cost { get; init; } = "";
    /// <summary>The definition, in plain mathematical notation.</summary>
    public string Formula { get; init; } = "";
    /// <summary>Author, year and title of the source, or the specification.</summary>
    public string Paper { get; init; } = "";
    public IReadOnlyList<ParameterDescriptor> Parameters { get; init; } = [];
    /// <summary>Policies: works on task gradients, so each step must hold every active task (or allowSubset).</summary>
    public bool NeedsEveryTask { get; init; }
    /// <summary>Policies: depends on the losses of the step itself, so that its loss weights are known only after a forward pass.</summary>
    public bool NeedsStepLosses { get; init; }
    /// <summary>Policies: passes that each step makes beside its own, over one forward and backward pass of all its micro-batches (a forward pass alone is a third).</summary>
    public double ExtraPasses { get; init; }
    /// <summary>Policies: reads losses on a policy split, which is cut from each task's training examples.</summary>
    public bool ReadsPolicySplit { get; init; }
    /// <summary>Policies: takes a reference run's losses off the step's own, where the spec names one.</summary>
    public bool ReadsReference { get; init; }
    /// <summary>Policies: works on the gradients element by element, so that neither some layers nor a sketch of them will do.</summary>
    public bool NeedsWholeGradients { get; init; }
    /// <summary>Metrics: true where a larger value is better.</summary>
    public bool? HigherIsBetter { get; init; }
    /// <summary>Metrics: the task kinds it can score.</summary>
    public IReadOnlyList<string> TaskKinds { get; init; } = [];
}

/// <summary>Reads the values of a method's options, with the catalog's defaults where none are given.</summary>
public static class OptionReader
{
    public static double Number(this IReadOnlyDictionary<string, JsonElement> options, MethodKind kind, string method, string name) =>
        options.TryGetValue(name, out var value) ? value.GetDouble() : Convert.ToDouble(Default(kind, method, name));

    public static int Integer(this IReadOnlyDictionary<string, JsonElement> options, MethodKind kind, string method, string name) =>
        options.TryGetValue(name, out var value) ? (int)value.GetDouble() : Convert.ToInt32(Default(kind, method, name));

    public static bool Flag(this IReadOnlyDictionary<string, JsonElement> options, MethodKind kind, string method, string name) =>
        options.TryGetValue(name, out var value) ? value.GetBoolean() : (bool)Default(kind, method, name)!;

    public static string? Text(this IReadOnlyDictionary<string, JsonElement> options, MethodKind kind, string method, string name) =>
        options.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : (string?)Default(kind, method, name);

    public static IReadOnlyList<string> Texts(this IReadOnlyDictionary<string, JsonElement> options, MethodKind kind, string method, string name) =>
        options.TryGetValue(name, out var value) ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : (IReadOnlyList<string>?)Default(kind, method, name) ?? [];

    /// <summary>The entries of an option that maps names to numbers written as text, in their order; none where it is absent.</summary>
    /// <exception cref="InvalidInputException">A value is no number.</exception>
    public static IReadOnlyList<KeyValuePair<string, double>> Numbers(this IReadOnlyDictionary<string, JsonElement> options, string name, string field)
    {
        if (!options.TryGetValue(name, out var value) || value.ValueKind != JsonValueKind.Object) return [];
        return [.. value.EnumerateObject().Select(entry => double.TryParse(entry.Value.GetString(), System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? KeyValuePair.Create(entry.Name, number)
            : throw new InvalidInputException(field, $"The value of \"{entry.Name}\" must be a number (you gave \"{entry.Value}\")"))];
    }

    /// <summary>True where the option is given, or its default is not null.</summary>
    public static bool Has(this IReadOnlyDictionary<string, JsonElement> options, MethodKind kind, string method, string name) =>
        options.TryGetValue(name, out var value) ? value.ValueKind != JsonValueKind.Null : Default(kind, method, name) is not null;

    private static object? Default(MethodKind kind, string method, string name) =>
        MethodCatalog.Get(kind, method).Parameters.Single(parameter => parameter.Name == name).Default;
}
