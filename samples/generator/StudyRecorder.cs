using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Samples;

/// <summary>
/// Has a running studio train the sample study (the five-task preset under two policies, three seeds each, and the baselines)
/// and keeps what its API tells of the runs. Checkpoints stay behind: only what is shown is kept.
/// </summary>
internal sealed class StudyRecorder(HttpClient studio, string folder)
{
    private const string Preset = "five tasks, one pair pulls apart";
    private static readonly string[] Policies = ["equal", "pcgrad"];
    private static readonly int[] Seeds = [1, 2, 3];

    /// <summary>Launches, waits, records. Runs that stand there already under the same spec are taken as they are.</summary>
    public async Task RecordAsync()
    {
        var preset = (await studio.GetFromJsonAsync<JsonArray>("/api/v1/presets"))!.Single(item => (string)item!["name"]! == Preset)!["spec"].Deserialize<RunSpec>(WireJson.Compact)!;
        var runs = new SortedDictionary<long, RecordedRun>();
        foreach (var seed in Seeds)
            foreach (var policy in Policies)
            {
                var spec = preset with
                {
                    Name = $"sample study, {policy}, seed {seed}",
                    Seed = seed,
                    Tags = ["sample study", policy],
                    Note = null, // On the tasks present, so that both policies draw alike and share their baselines.
                    Weighting = preset.Weighting with { Name = policy, AllowSubset = policy != "equal" },
                    Evaluation = preset.Evaluation with { TestSamples = 40 },
                };
                var answer = await LaunchAsync(spec);
                var id = (long)answer["id"]!;
                var baselines = answer["baselines"]!.AsArray().ToDictionary(item => (string)item!["task"]!, item => (long)item!["runId"]!);
                foreach (var run in baselines.Values.Prepend(id)) runs.TryAdd(run, new());
                runs[id] = runs[id] with { Baselines = baselines.ToDictionary(pair => pair.Key, pair => Key(pair.Value)) };
            }

        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "run-*.jsonl.br")) File.Delete(file);
        var recorded = new List<RecordedRun>();
        foreach (var (id, run) in runs) recorded.Add(await RecordAsync(id, run));
        new RecordedStudy { Name = "sample study", Runs = recorded }.WriteTo(folder);
    }

    private async Task<JsonNode> LaunchAsync(RunSpec spec)
    {
        using var response = await studio.PostAsJsonAsync("/api/v1/runs?baselines=true", spec, WireJson.Compact);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"The studio refused {spec.Name}: {text}");
    }

    private async Task<RecordedRun> RecordAsync(long id, RecordedRun run)
    {
        JsonNode told;
        for (; ; await Task.Delay(TimeSpan.FromSeconds(5)))
        {
            told = (await studio.GetFromJsonAsync<JsonObject>($"/api/v1/runs/{id}"))!;
            if ((string)told["state"]! is "finished") break;
            if ((string)told["state"]! is "failed" or "stopped") throw new InvalidOperationException($"Run {id} ended as {told["state"]}: {told["failure"]}");
        }
        run = run with
        {
            Key = Key(id),
            Spec = told["spec"].Deserialize<RunSpec>(WireJson.Compact)!,
            Events = $"{Key(id)}.jsonl.br",
            CreatedAt = (long)told["createdAt"]!,
            StartedAt = (long)told["startedAt"]!,
            EndedAt = (long)told["endedAt"]!,
        };
        RecordedStudy.WriteEvents(folder, run, await EventsAsync(id));
        Console.Error.WriteLine($"recorded run {id}: {run.Spec.Name}");
        return run;
    }

    /// <summary>The run's events without its checkpoints, numbered from 1 again.</summary>
    private async Task<List<string>> EventsAsync(long id)
    {
        var lines = new List<string>();
        for (var (after, more) = (0L, true); more;)
        {
            var page = (await studio.GetFromJsonAsync<JsonObject>($"/api/v1/runs/{id}/events?after={after}"))!;
            foreach (var item in page["items"]!.AsArray())
            {
                if ((string)item!["type"]! == "rewound") throw new InvalidOperationException($"Run {id} was interrupted: delete it and record again");
                if ((string)item["type"]! == "checkpoint") continue;
                item["seq"] = lines.Count + 1;
                lines.Add(item.ToJsonString(WireJson.Compact));
            }
            (after, more) = ((long)page["next"]!, (bool)page["more"]!);
        }
        return lines;
    }

    private static string Key(long id) => $"run-{id:00}";
}
