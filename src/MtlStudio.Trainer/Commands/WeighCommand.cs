using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Weigh;

namespace MtlStudio.Trainer.Commands;

/// <summary>
/// <c>mtl weigh</c>: what a weighting policy answers to given losses and gradients, so that it can be checked against a paper.
/// The format stands in docs/guide/weigh.md.
/// </summary>
internal static class WeighCommand
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static Command Create(CommandConsole console)
    {
        var policy = new Option<string>("--policy") { Description = "The weighting policy's name in the catalog.", HelpName = "NAME", Required = true };
        var options = new Option<string>("--options") { Description = "Its options as a JSON object; default: the catalog's.", HelpName = "JSON" };
        var input = new Option<string>("--input") { Description = "Steps with losses and jacobian or gram, or cases of them, as JSON: a file, or - for standard input.", HelpName = "FILE|-", Required = true };
        var seed = new Option<long>("--seed") { Description = "Keys the draws that the input does not give.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var json = SharedOptions.Json();
        json.Description = "The output is always JSON.";
        var command = new Command("weigh", "Prints the coefficients, direction and state a weighting policy gives for losses and gradients.") { policy, options, input, seed, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            var name = parsed.GetValue(policy)!;
            var method = MethodCatalog.Find(MethodKind.Policy, name) ?? throw new InvalidInputException("--policy",
                $"There is no weighting policy \"{name}\": choose among {string.Join(", ", MethodCatalog.OfKind(MethodKind.Policy).Select(known => known.Name))}");
            var shared = parsed.GetValue(options) is { } text ? Parse(text, "--options") : [];
            var result = Run(method, Parse(Read(parsed.GetValue(input)!), "--input"), shared, parsed.GetValue(seed));
            console.Output.WriteLine(result.ToJsonString(WireJson.Compact));
            return ExitCodes.Done;
        }));
        return command;
    }

    private static JsonObject Run(MethodDescriptor policy, JsonObject input, JsonObject shared, long seed)
    {
        if (input["cases"] is not { } given) return WeighCase.Run(policy, input, shared, seed);
        if (given is not JsonArray cases) throw new InvalidInputException("cases", "This must be a list of cases, each {\"options\":{…},\"steps\":[…]}");
        foreach (var (name, value) in input["options"] as JsonObject ?? []) shared[name] = value?.DeepClone();
        return new() { ["cases"] = new JsonArray([.. cases.Select(item => (JsonNode)One(policy, item, shared, seed))]) };
    }

    /// <summary>A case's result, or its faults: one bad case is no reason to withhold the others.</summary>
    private static JsonObject One(MethodDescriptor policy, JsonNode? item, JsonObject shared, long seed)
    {
        try
        {
            return item is JsonObject node ? WeighCase.Run(policy, node, shared, seed) : new() { ["error"] = "A case must be an object with steps" };
        }
        catch (InvalidInputException fault)
        {
            return new() { ["error"] = string.Join("; ", fault.Errors) };
        }
    }

    private static string Read(string path)
    {
        try
        {
            return path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException("--input", $"{path} cannot be read: {exception.Message}");
        }
    }

    private static JsonObject Parse(string text, string field)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Reading) as JsonObject ?? throw new InvalidInputException(field, "This must be a JSON object");
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException(field, $"It is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}): {exception.Message}");
        }
    }
}
