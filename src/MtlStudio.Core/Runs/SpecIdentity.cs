using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.IO;

namespace MtlStudio.Core.Runs;

/// <summary>Tells which specs describe the same training.</summary>
public static class SpecIdentity
{
    /// <summary>
    /// A content hash ("sha256:…") of all that decides what is trained and scored. Name, note, tags, telemetry and
    /// activation checkpointing do not count (both on or off give equal bits), nor do how many test outputs are kept, from which difference on a score matters,
    /// the order of JSON properties and the way numbers are written.
    /// </summary>
    public static string Hash(RunSpec spec)
    {
        var bare = spec with { Version = RunSpec.CurrentVersion, Name = "", Note = null, Tags = [], Telemetry = new() };
        var node = JsonSerializer.SerializeToNode(bare, WireJson.Compact)!;
        // Left out, not set to a default: hashes made before these fields were there stay what they were.
        node["evaluation"]!.AsObject().Remove("testSamples");
        foreach (var task in node["tasks"]!.AsArray()) task!.AsObject().Remove("smallestDifference");
        node["training"]!.AsObject().Remove("activationCheckpointing");
        DropLater(node.AsObject());
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, node);
        return DataFolder.HashPrefix + Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    /// <summary>Fields that came after the first specs and that say nothing where they have their default.</summary>
    private static readonly string[] Later = ["regularization", "curriculum"],
        LaterOfTask = ["choices", "answerIs", "trainPrompt", "lossCap", "dropout", "startStep", "endStep", "difficulty", "stratify", "balance", "group", "pooling", "labelSeparator", "threshold", "minimum", "maximum"],
        LaterOfTraining = ["clipValue", "clipTaskNorm", "until", "batching", "precision"], LaterOfModel = ["quantize"],
        LaterOfTelemetry = ["paysEvery"], LaterOfEvaluation = ["trainLosses"], LaterOfWeighting = ["policyExamples", "every", "gradients", "layers", "sketchSize", "direction", "reference"];

    private static void DropLater(JsonObject spec)
    {
        var plain = JsonSerializer.SerializeToNode(new RunSpec { Tasks = [new()] }, WireJson.Compact)!;
        Drop(spec, plain, Later);
        Drop(spec["telemetry"]!, plain["telemetry"]!, LaterOfTelemetry);
        Drop(spec["evaluation"]!, plain["evaluation"]!, LaterOfEvaluation);
        Drop(spec["training"]!, plain["training"]!, LaterOfTraining);
        Drop(spec["model"]!, plain["model"]!, LaterOfModel);
        Drop(spec["weighting"]!, plain["weighting"]!, LaterOfWeighting);
        foreach (var task in spec["tasks"]!.AsArray()) Drop(task!, plain["tasks"]![0]!, LaterOfTask);
    }

    private static void Drop(JsonNode from, JsonNode plain, string[] fields)
    {
        foreach (var field in fields) if (JsonNode.DeepEquals(from[field], plain[field])) from.AsObject().Remove(field);
    }

    // RFC 8785 in spirit: sorted names, shortest numbers.
    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                writer.WriteStartObject();
                foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }
                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items) Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                var number = JsonSerializer.Deserialize<JsonElement>(value.ToJsonString());
                if (number.TryGetInt64(out var whole)) writer.WriteNumberValue(whole);
                else if (number.GetDouble() is var real && real == Math.Truncate(real) && Math.Abs(real) < 1L << 53) writer.WriteNumberValue((long)real);
                else writer.WriteNumberValue(real);
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
