using System.Text.Json;
using System.Text.RegularExpressions;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Catalog;

/// <summary>A user's own weighting policy: what the catalog shows of it, and where its code is.</summary>
/// <param name="Method">The catalog's entry.</param>
/// <param name="Assembly">Full path of the assembly.</param>
/// <param name="Type">Full name of the class.</param>
public sealed record PolicyPlugin(MethodDescriptor Method, string Assembly, string Type);

/// <summary>
/// Reads the folder of plug-ins: each folder in it that holds a <c>policy.json</c> is one weighting policy. Only the description is
/// read here, so that the studio can show what the trainer alone loads.
/// </summary>
public static partial class PolicyPlugins
{
    public const string FileName = "policy.json";

    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "MTL_PLUGINS";

    /// <summary>What policy.json holds: the fields of a <see cref="MethodDescriptor"/> that a policy has, and where the code is.</summary>
    private sealed record Description
    {
        public string Name { get; init; } = "";
        public string Title { get; init; } = "";
        public string Summary { get; init; } = "";
        public string Helps { get; init; } = "";
        public string Cost { get; init; } = "";
        public string Formula { get; init; } = "";
        public string Paper { get; init; } = "";
        public string Assembly { get; init; } = "";
        public string Type { get; init; } = "";
        public IReadOnlyList<ParameterDescriptor> Parameters { get; init; } = [];
        /// <summary>"state", "losses", "gram" or "rows".</summary>
        public string Needs { get; init; } = "";
        public bool ReadsPolicySplit { get; init; }
    }

    /// <summary>The plug-ins of a folder, by name; a folder that is not there holds none.</summary>
    /// <param name="taken">Names that policies of the catalog have already.</param>
    /// <param name="faults">What is wrong with those that cannot be used: the file, and why.</param>
    public static IReadOnlyList<PolicyPlugin> Read(string folder, IEnumerable<string> taken, out IReadOnlyList<FieldError> faults)
    {
        var (found, wrong, names) = (new List<PolicyPlugin>(), new List<FieldError>(), taken.ToHashSet());
        string[] places = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        foreach (var place in places.Order(StringComparer.Ordinal))
        {
            var file = Path.Combine(place, FileName);
            if (!File.Exists(file)) continue;
            try
            {
                var plugin = Read(file);
                if (!names.Add(plugin.Method.Name)) throw new InvalidInputException("name", $"There is a policy \"{plugin.Method.Name}\" already: choose another name");
                found.Add(plugin);
            }
            catch (InvalidInputException fault)
            {
                wrong.AddRange(fault.Errors.Select(error => new FieldError(file, $"{error.Field}: {error.Message}")));
            }
        }
        faults = wrong;
        return found;
    }

    private static PolicyPlugin Read(string file)
    {
        Description told;
        try
        {
            told = JsonSerializer.Deserialize<Description>(File.ReadAllText(file), WireJson.Compact) ?? throw new JsonException("it is empty");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(FileName, $"It cannot be read: {fault.Message}");
        }
        var assembly = Path.GetFullPath(told.Assembly, Path.GetDirectoryName(file)!);
        var errors = new List<FieldError>();
        if (!Name().IsMatch(told.Name)) errors.Add(new("name", $"A policy's name is lower-case letters, digits and '-', at most 40 (you gave \"{told.Name}\")"));
        if (told.Title.Length == 0) errors.Add(new("title", "The title is empty: say what forms shall call the policy"));
        if (told.Summary.Length == 0) errors.Add(new("summary", "The summary is empty: say the idea in one line"));
        if (told.Needs is not ("state" or "losses" or "gram" or "rows")) errors.Add(new("needs", $"This must be state, losses, gram or rows (you gave \"{told.Needs}\")"));
        if (told.Type.Length == 0) errors.Add(new("type", "The type is empty: give the full name of the class"));
        if (told.Assembly.Length == 0 || !File.Exists(assembly)) errors.Add(new("assembly", $"There is no file {assembly}: give the assembly's path, relative to {FileName}"));
        if (told.Parameters.GroupBy(parameter => parameter.Name).FirstOrDefault(group => group.Count() > 1) is { } twice) errors.Add(new("parameters", $"\"{twice.Key}\" stands there twice"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return new(new()
        {
            Kind = MethodKind.Policy, Name = told.Name, Title = told.Title, Summary = told.Summary, Helps = told.Helps, Cost = told.Cost, Formula = told.Formula, Paper = told.Paper,
            Parameters = [.. told.Parameters.Select(parameter => parameter with { Default = Plain(parameter.Default) })],
            NeedsEveryTask = told.Needs is "gram" or "rows", NeedsWholeGradients = told.Needs == "rows", NeedsStepLosses = told.Needs == "losses", ReadsPolicySplit = told.ReadsPolicySplit,
        }, assembly, told.Type);
    }

    /// <summary>A default as the built-in entries have it: a number, a flag or a text.</summary>
    private static object? Plain(object? value) => value is not JsonElement element ? value : element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.True or JsonValueKind.False => element.GetBoolean(),
        JsonValueKind.String => element.GetString(),
        _ => null,
    };

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex Name();
}
