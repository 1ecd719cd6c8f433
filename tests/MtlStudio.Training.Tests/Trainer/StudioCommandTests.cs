using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>submit, import and backup against a server that says what a studio's API says.</summary>
public sealed class StudioCommandTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    public void Submit_SendsFilesAndModelFirst_AndNamesThemByContent()
    {
        using var studio = new FakeStudio((path, _) => path switch
        {
            "/api/v1/models" => (201, """{"reference":"sha256:model"}"""),
            "/api/v1/datasets" => (201, """{"reference":"sha256:data"}"""),
            _ => (201, """{"id":7,"state":"queued"}"""),
        });
        var (code, output, errors) = TinyProject.Mtl("submit", project["spec.json"], "--studio", studio.Address, "--baselines", "--json");
        Assert.True(code == 0, errors);
        Assert.Equal(7, JsonNode.Parse(output)!["id"]!.GetValue<int>());
        Assert.Equal(["/api/v1/models", "/api/v1/datasets", "/api/v1/datasets", "/api/v1/runs"], studio.Calls.Select(call => call.Path));
        Assert.Contains("name=train", studio.Calls[1].Body);
        Assert.Contains(File.ReadAllText(project["color.train.jsonl"]), studio.Calls[1].Body);
        var spec = JsonNode.Parse(studio.Calls[3].Body)!;
        Assert.Equal("sha256:model", spec["model"]!["path"]!.GetValue<string>());
        Assert.Equal("sha256:data", spec["tasks"]![1]!["data"]!["dataset"]!.GetValue<string>());
        Assert.Contains("baselines=true", studio.Calls[3].Query);
    }

    [Fact]
    public void Submit_SendsAStudyWhole_WithItsFilesFirst()
    {
        using var studio = new FakeStudio((path, _) => path switch
        {
            "/api/v1/models" => (201, """{"reference":"sha256:model"}"""),
            "/api/v1/datasets" => (201, """{"reference":"sha256:data"}"""),
            _ => (201, """{"id":3,"name":"s","runs":4,"reused":1,"baselines":2}"""),
        });
        project.WriteSpec("study.json", new JsonObject { ["kind"] = "policies", ["name"] = "s", ["spec"] = TinyProject.Spec(steps: 2), ["policies"] = new JsonArray("equal", "uw"), ["rates"] = new JsonArray(0.001) });
        var (code, output, errors) = TinyProject.Mtl("submit", project["study.json"], "--studio", studio.Address);
        Assert.True(code == 0, errors);
        Assert.Equal("study 3: 4 runs are queued, 1 stand already, 2 baselines are queued", output.Trim());
        Assert.Equal("/api/v1/studies", studio.Calls[^1].Path);
        var sent = JsonNode.Parse(studio.Calls[^1].Body)!;
        Assert.Equal("sha256:model", sent["spec"]!["model"]!["path"]!.GetValue<string>());
        Assert.Equal("uw", sent["policies"]![1]!.GetValue<string>());

        project.WriteSpec("study.json", new JsonObject { ["name"] = "s", ["spec"] = TinyProject.Spec(steps: 2), ["policies"] = new JsonArray("magic"), ["seeds"] = 0 });
        (code, _, errors) = TinyProject.Mtl("submit", project["study.json"], "--studio", studio.Address);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("policies[0]: ", errors);
        Assert.Contains("seeds: ", errors);
    }

    [Fact]
    public void Import_NamesEveryFieldThatTheStudioRefuses()
    {
        using var studio = new FakeStudio((_, _) => (400, """{"title":"Some values are wrong.","errors":{"color.train.jsonl":["line 3: it is ragged"],"options.name":["too long"]}}"""));
        var (code, _, errors) = TinyProject.Mtl("import", project["color.train.jsonl"], "--studio", studio.Address);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Equal(["color.train.jsonl: line 3: it is ragged", "options.name: too long"], errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^2..]);
    }

    [Fact]
    public void Import_FillsADataFolder_WithoutAStudio()
    {
        var data = project["data"];
        var (code, output, errors) = TinyProject.Mtl("import", project["color.train.jsonl"], project["color.validation.jsonl"], project["color.test.jsonl"], "--data", data, "--json");
        Assert.True(code == 0, errors);
        var reference = JsonNode.Parse(output)!["reference"]!.GetValue<string>();
        var spec = TinyProject.Spec(steps: 2);
        spec["tasks"]![0]!["data"] = new JsonObject { ["dataset"] = reference };
        project.WriteSpec("by-hash.json", spec);
        Assert.Equal(0, TinyProject.Mtl("validate", "--spec", project["by-hash.json"], "--data", data).Code);
        Assert.Equal(ExitCodes.InvalidInput, TinyProject.Mtl("validate", "--spec", project["by-hash.json"]).Code);
    }

    [Fact]
    public void Import_PrintsWhatFilesAre_AndImportsNothing_WhenAskedToDetect()
    {
        var (code, output, errors) = TinyProject.Mtl("import", "--detect", project["color.train.jsonl"], project["color.validation.jsonl"], project["color.test.jsonl"], "--data", project["none"]);
        Assert.True(code == 0, errors);
        Assert.StartsWith("color: ", output, StringComparison.Ordinal);
        Assert.Contains("  prompt   ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(project["none"]));
        var (_, json, _) = TinyProject.Mtl("import", "--detect", "--json", project["color.train.jsonl"]);
        Assert.Equal("color", JsonNode.Parse(json)!["datasets"]![0]!["name"]!.GetValue<string>());
        Assert.Equal((ExitCodes.InvalidInput, "FILE"), (TinyProject.Mtl("import", "--detect", project["absent.csv"]) is var (bad, _, said) ? bad : 0, said.Split(':')[0]));
    }

    [Fact]
    public void Backup_FailsWithOne_WhenNoStudioAnswers()
    {
        var (code, _, errors) = TinyProject.Mtl("backup", "--studio", $"http://127.0.0.1:{FakeStudio.FreePort()}");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("No studio answers", errors);
        using var studio = new FakeStudio((_, _) => (201, """{"path":"/backups/one.db","bytes":5}"""));
        Assert.Equal("/backups/one.db", TinyProject.Mtl("backup", "--studio", studio.Address).Output.Trim());
    }

    [Fact]
    public void Library_IsListedRenamedAndDeleted_ByNumberOrName()
    {
        using var studio = new FakeStudio((path, _) => path switch
        {
            "/api/v1/tasks" => (200, """{"items":[{"id":3,"name":"qa","version":2,"latest":2,"examples":1200,"task":{"kind":"generation"}}],"total":1}"""),
            "/api/v1/tasks/3" => (200, """{"id":3,"name":"questions"}"""),
            _ => (409, """{"detail":"qa is used by mix four tasks: delete that first, or archive it."}"""),
        });
        var (code, output, errors) = TinyProject.Mtl("tasks", "list", "--studio", studio.Address, "--text", "a b");
        Assert.True(code == 0, errors);
        Assert.Equal("3  qa (version 2): generation, 1,200 training examples", output.Trim());
        Assert.Contains("text=a%20b", studio.Calls[0].Query);

        Assert.Equal("task 3 is questions", TinyProject.Mtl("tasks", "rename", "qa", "questions", "--studio", studio.Address).Output.Trim());
        Assert.Equal(("/api/v1/tasks/3", """{"name":"questions"}"""), (studio.Calls[^1].Path, studio.Calls[^1].Body));

        (code, _, errors) = TinyProject.Mtl("tasks", "delete", "4", "--studio", studio.Address);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("qa is used by mix four tasks", errors);
        (code, _, errors) = TinyProject.Mtl("tasks", "uses", "nothing", "--studio", studio.Address);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("There is no task \"nothing\"", errors);
    }

    private sealed class FakeStudio : IDisposable
    {
        private readonly HttpListener listener = new();

        public FakeStudio(Func<string, string, (int Status, string Body)> answer)
        {
            Address = $"http://127.0.0.1:{FreePort()}";
            listener.Prefixes.Add(Address + "/");
            listener.Start();
            _ = Task.Run(async () =>
            {
                while (listener.IsListening)
                {
                    HttpListenerContext context;
                    try { context = await listener.GetContextAsync(); }
                    catch (Exception e) when (e is HttpListenerException or ObjectDisposedException) { return; }
                    using var reader = new StreamReader(context.Request.InputStream);
                    var body = await reader.ReadToEndAsync();
                    var path = context.Request.Url!.AbsolutePath;
                    Calls.Add((path, context.Request.Url.Query, body));
                    var (status, text) = answer(path, body);
                    context.Response.StatusCode = status;
                    context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(text));
                    context.Response.Close();
                }
            });
        }

        public string Address { get; }
        public List<(string Path, string Query, string Body)> Calls { get; } = [];

        public static int FreePort()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        public void Dispose() => listener.Close();
    }
}
