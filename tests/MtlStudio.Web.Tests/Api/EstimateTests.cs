using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlStudio.Web.Tests.Api;

/// <summary>What a run would take, asked before it is launched.</summary>
public sealed class EstimateTests(RunningStudio running) : IClassFixture<RunningStudio>
{
    [Fact]
    public async Task Estimate_TellsMemoryShares_AndWhatThreeStepsTook()
    {
        var before = (await running.Studio.GetAsync("runs")).GetProperty("total").GetInt32();
        var spec = await SpecAsync(steps: 40);
        var answer = (await running.Studio.SendAsync(HttpMethod.Post, "runs/estimate", spec.ToJsonString(), HttpStatusCode.OK)).Body;
        Assert.Equal(8 * 4 + 2 * 4 * 4, answer.GetProperty("parameters").GetInt64());
        Assert.Equal(2 * 8 * (4 + 4), answer.GetProperty("trained").GetInt64()); // two matrices, rank 8
        Assert.Equal(answer.GetProperty("memoryBytes").GetInt64(), answer.GetProperty("memory").EnumerateArray().Sum(part => part.GetProperty("bytes").GetInt64()));
        Assert.Equal(["qa", "sentiment"], answer.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task").GetString()));
        Assert.Equal(1, answer.GetProperty("tasks").EnumerateArray().Sum(task => task.GetProperty("share").GetDouble()), 1e-9);
        Assert.False(answer.TryGetProperty("probe", out _));

        var probe = (await running.Studio.SendAsync(HttpMethod.Post, "runs/estimate?probe=true", spec.ToJsonString(), HttpStatusCode.OK)).Body.GetProperty("probe");
        Assert.Equal((3, 0.25, 10.0, 4), (probe.GetProperty("steps").GetInt32(), probe.GetProperty("stepSeconds").GetDouble(), probe.GetProperty("trainingSeconds").GetDouble(), probe.GetProperty("microBatchLimit").GetInt32()));
        Assert.Equal(before, (await running.Studio.GetAsync("runs")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Estimate_SaysWhatIsWrong_ByField()
    {
        var spec = await SpecAsync(steps: 2000); // the stand-in trainer has no memory for it
        using var large = new StringContent(spec.ToJsonString(), Encoding.UTF8, "application/json");
        var fault = await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/runs/estimate?probe=true", HttpStatusCode.BadRequest, large);
        Assert.Equal(["trial"], fault.Fields());
        Assert.Contains("not enough memory", fault.ToString());
        spec["training"]!["steps"] = 0;
        using var wrong = new StringContent(spec.ToJsonString(), Encoding.UTF8, "application/json");
        Assert.Equal(["training.steps"], (await running.Studio.RefusedAsync(HttpMethod.Post, "/api/v1/runs/estimate", HttpStatusCode.BadRequest, wrong)).Fields());
    }

    private async Task<JsonObject> SpecAsync(int steps)
    {
        var spec = running.Spec(steps);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("""{"model_type":"llama","hidden_size":4,"intermediate_size":8,"num_hidden_layers":1,"num_attention_heads":2,"vocab_size":8}"""), "file", "config.json" },
            { new ByteArrayContent(Weights(("model.embed_tokens.weight", 8, 4), ("model.layers.0.self_attn.q_proj.weight", 4, 4), ("model.layers.0.self_attn.v_proj.weight", 4, 4))), "file", "model.safetensors" },
        };
        using var answer = await running.Studio.Client.PostAsync("/api/v1/models", form, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        spec["model"]!["path"] = JsonDocument.Parse(text).RootElement.GetProperty("reference").GetString();
        return spec;
    }

    private static byte[] Weights(params (string Name, int Rows, int Columns)[] tensors)
    {
        var (header, at) = (new JsonObject(), 0);
        foreach (var (name, rows, columns) in tensors)
        {
            header[name] = new JsonObject { ["dtype"] = "F32", ["shape"] = new JsonArray(rows, columns), ["data_offsets"] = new JsonArray(at, at + 4 * rows * columns) };
            at += 4 * rows * columns;
        }
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var file = new byte[8 + text.Length + at];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        return file;
    }
}
