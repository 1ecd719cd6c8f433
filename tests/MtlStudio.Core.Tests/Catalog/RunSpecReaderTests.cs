using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Catalog;

public sealed class RunSpecReaderTests
{
    private static JsonObject Valid() => JsonNode.Parse("""
        {
          "version": 1, "name": "two", "seed": 3, "model": { "path": "base" },
          "tasks": [
            { "name": "qa", "data": { "train": "qa.jsonl" }, "template": { "prompt": "{q}\n", "answer": "{a}" } },
            { "name": "sentiment", "kind": "classification", "data": { "dataset": "sets/s" }, "template": { "answer": "{label}" }, "labels": ["good", "bad"] }
          ],
          "weighting": { "name": "mgda", "options": { "normalization": "l2" } },
          "peft": { "name": "lora", "options": { "rank": 4, "layers": null } }
        }
        """)!.AsObject();

    [Fact]
    public void Read_FillsDefaults_WhenFieldsAreAbsent()
    {
        var spec = RunSpecReader.Read(Valid());
        Assert.Equal(300, spec.Training.Steps);
        Assert.Equal("cosine", spec.Schedule.Name);
        Assert.Equal("l2", spec.Weighting.Options.Text(MethodKind.Policy, "mgda", "normalization"));
        Assert.Equal(4, spec.Peft.Options.Integer(MethodKind.Peft, "lora", "rank"));
        Assert.Equal(16, spec.Peft.Options.Number(MethodKind.Peft, "lora", "alpha"));
    }

    [Theory]
    [InlineData("""{"peft":{"name":"lora","options":{"sharing":"task"}}}""", "weighting.name", "they share nothing")]
    [InlineData("""{"peft":{"name":"lora","options":{"sharing":"shared+group"}}}""", "peft.options.sharing", "no task has a group")]
    [InlineData("""{"peft":{"name":"ia3","options":{"sharing":"shared+task"}}}""", "peft.options.sharing", "must be one of shared, task, group")]
    [InlineData("""{"peft":{"name":"full"},"model":{"path":"base","quantize":"nf4"}}""", "model.quantize", "cannot be trained (peft is full)")]
    public void Read_SaysWhy_WhenSharingOrQuantizingCannotBe(string change, string field, string why)
    {
        var spec = Valid();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject()) spec[name] = value!.DeepClone();
        var error = Assert.Single(Errors(spec));
        Assert.Equal(field, error.Field);
        Assert.Contains(why, error.Message);
    }

    [Theory]
    [InlineData("a b", "letters, digits")]
    [InlineData("sentiment", "the name of a task outside the group")]
    public void Read_NamesTheGroup_WhenItsNameCannotBe(string group, string why)
    {
        var spec = Valid();
        spec["tasks"]![0]!["group"] = group;
        var error = Assert.Single(Errors(spec));
        Assert.Equal("tasks[0].group", error.Field);
        Assert.Contains(why, error.Message);
    }

    [Fact]
    public void Read_GivesTheSameSpec_WhenWrittenAndReadAgain()
    {
        var once = System.Text.Json.JsonSerializer.Serialize(RunSpecReader.Read(Valid()), WireJson.Indented);
        Assert.Equal(once, System.Text.Json.JsonSerializer.Serialize(RunSpecReader.Read(once), WireJson.Indented));
    }

    /// <summary>Every numeric field of a spec, just outside each end of its range, is refused by its own name and with the value.</summary>
    [Fact]
    public void Read_NamesTheField_WhenAnyNumberIsOutOfRange()
    {
        foreach (var field in SpecFields.All.Where(field => field.Type is ParameterType.Integer or ParameterType.Number))
            foreach (var value in new[] { field.Min is { } min ? min - 1 : double.NaN, field.Max is { } max && max < 1e15 ? max + 1 : double.NaN })
            {
                if (double.IsNaN(value) || field.Name == "version") continue;
                var error = Assert.Single(Errors(With(Valid(), field.Name, JsonValue.Create(value))));
                Assert.Equal(field.Name.Replace("[]", "[0]"), error.Field);
                Assert.Contains("you gave", error.Message);
            }
    }

    /// <summary>Every field of a spec refuses a value of another type, by its own name.</summary>
    [Fact]
    public void Read_NamesTheField_WhenAnyValueIsOfAnotherType()
    {
        foreach (var field in SpecFields.All)
        {
            JsonNode wrong = field.Type is ParameterType.Boolean ? JsonValue.Create("yes") : JsonValue.Create(true);
            var errors = Errors(With(Valid(), field.Name, wrong));
            Assert.Contains(errors, error => error.Field == field.Name.Replace("[]", "[0]"));
        }
    }

    [Fact]
    public void Read_NamesEveryFault_WhenThereAreSeveral()
    {
        var spec = Valid();
        spec["training"] = new JsonObject { ["steps"] = 0, ["microBatch"] = "many" };
        spec["weighting"] = new JsonObject { ["name"] = "magic" };
        spec["surprise"] = 1;
        var fields = Errors(spec).Select(error => error.Field);
        Assert.Equal(["surprise", "training.microBatch", "training.steps", "weighting.name"], fields.Order());
    }

    [Theory]
    [InlineData("""{ "weighting": { "name": "pcgrad" }, "training": { "accumulation": 1 } }""", "training.accumulation")]
    [InlineData("""{ "weighting": { "name": "dwa", "options": { "T": 0 } } }""", "weighting.options.T")]
    [InlineData("""{ "weighting": { "name": "equal", "options": { "T": 1 } } }""", "weighting.options.T")]
    [InlineData("""{ "sampler": { "name": "roulette" } }""", "sampler.name")]
    [InlineData("""{ "baseline": { "task": "nobody" } }""", "baseline.task")]
    [InlineData("""{ "schedule": { "name": "linear", "options": { "warmupSteps": 301 } } }""", "schedule.options.warmupSteps")]
    [InlineData("""{ "evaluation": { "examples": 4, "samples": 5 } }""", "evaluation.samples")]
    [InlineData("""{ "tasks": [] }""", "tasks")]
    [InlineData("""{ "tasks": 5 }""", "tasks")]
    [InlineData("""{ "model": {} }""", "model.path")]
    [InlineData("""{ "version": 2 }""", "version")]
    public void Read_NamesTheField_WhenFieldsDoNotFit(string change, string field)
    {
        var spec = Valid();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject()) spec[name] = value?.DeepClone();
        Assert.Equal(field, Assert.Single(Errors(spec)).Field);
    }

    [Theory]
    [InlineData("name", "\"qa/1\"", "tasks[0].name")]
    [InlineData("name", "\"sentiment\"", "tasks[1].name")]
    [InlineData("metrics", "[\"beauty\"]", "tasks[0].metrics[0]")]
    [InlineData("primaryMetric", "\"bleu\"", "tasks[0].primaryMetric")]
    [InlineData("data", "{}", "tasks[0].data.dataset")]
    [InlineData("data", "{\"dataset\":\"a\",\"train\":\"b\"}", "tasks[0].data.dataset")]
    [InlineData("labels", "[\"one\"]", "tasks[0].labels")]
    [InlineData("template", "{}", "tasks[0].template.answer")]
    public void Read_NamesTheTasksField_WhenATaskIsWrong(string name, string value, string field)
    {
        var spec = Valid();
        spec["tasks"]![0]![name] = JsonNode.Parse(value);
        Assert.Equal(field, Assert.Single(Errors(spec)).Field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"name\":1,\"name\":2}")]
    [InlineData("{\"name\":")]
    public void Read_SaysSo_WhenTheTextIsNoJsonObject(string text) =>
        Assert.Equal("spec", Assert.Single(Assert.Throws<InvalidInputException>(() => RunSpecReader.Read(text)).Errors).Field);

    [Fact]
    public void SpecFields_StateTheRecordsDefaults_WhenComparedWithANewSpec()
    {
        var spec = System.Text.Json.JsonSerializer.SerializeToNode(new RunSpec { Tasks = [new TaskSpec()], Baseline = new() }, WireJson.Compact)!;
        foreach (var field in SpecFields.All.Where(field => field.Default is not null))
        {
            var node = spec;
            foreach (var part in field.Name.Split('.')) node = part.EndsWith("[]") ? node![part[..^2]]![0] : node![part];
            if (field.Type == ParameterType.Method) node = node!["name"];
            Assert.Equal(Convert.ToString(field.Default, System.Globalization.CultureInfo.InvariantCulture)!.ToLowerInvariant(), node!.ToString().ToLowerInvariant());
        }
    }

    [Fact]
    public void Catalog_HasHelpAndSaneRanges_WhenEveryParameterIsRead()
    {
        foreach (var method in MethodCatalog.All)
        {
            Assert.NotEmpty(method.Summary);
            foreach (var parameter in method.Parameters)
            {
                Assert.NotEmpty(parameter.Help);
                Assert.True(parameter.Min is null || parameter.Max is null || parameter.Min < parameter.Max);
                if (parameter.Default is null || parameter.Type is ParameterType.TextList) continue;
                var errors = new List<FieldError>();
                ValueCheck.Check(parameter, System.Text.Json.JsonSerializer.SerializeToNode(parameter.Default), parameter.Name, errors);
                Assert.Empty(errors);
            }
        }
    }

    [Theory]
    [InlineData("""{"name":"equal","every":4}""", "weighting.every")]
    [InlineData("""{"name":"graddrop","every":4}""", "weighting.every")]
    [InlineData("""{"name":"excess-mtl","gradients":"sketch"}""", "weighting.gradients")]
    [InlineData("""{"name":"pcgrad","gradients":"some"}""", "weighting.gradients")]
    [InlineData("""{"name":"pcgrad","layers":"0-3"}""", "weighting.layers")]
    [InlineData("""{"name":"pcgrad","sketchSize":3}""", "weighting.sketchSize")]
    [InlineData("""{"name":"pcgrad","direction":"next"}""", "weighting.direction")]
    public void Read_NamesTheField_WhenTaskGradientsAndPolicyDoNotFit(string weighting, string field)
    {
        var spec = Valid();
        spec["weighting"] = JsonNode.Parse(weighting);
        Assert.Equal(field, Assert.Single(Errors(spec)).Field);
    }

    private static IReadOnlyList<FieldError> Errors(JsonObject spec) =>
        Assert.Throws<InvalidInputException>(() => RunSpecReader.Read(spec)).Errors;

    private static JsonObject With(JsonObject spec, string path, JsonNode? value)
    {
        JsonNode at = spec;
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
        {
            if (part.EndsWith("[]")) at = at[part[..^2]]![0]!;
            else at = at[part] ??= new JsonObject();
        }
        if (parts[^1] is "normalize" or "allowSubset") at["name"] ??= "equal";
        at[parts[^1]] = value;
        return spec;
    }
}
