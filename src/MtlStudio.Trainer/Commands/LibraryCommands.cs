using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Studio;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl datasets|tasks|mixes|models</c>: what a studio's library keeps, thin over its API.</summary>
internal static class LibraryCommands
{
    public static Command Datasets(CommandConsole console) => Of("datasets", "dataset", console, item =>
        $"{Whole(item["splits"]?["train"]?["rows"])} training examples, columns {string.Join(", ", item["columns"]?.AsArray().Select(column => column?.ToString()) ?? [])}");

    public static Command Tasks(CommandConsole console)
    {
        var command = Of("tasks", "task", console, item => $"{item["task"]?["kind"]}, {Whole(item["examples"])} training examples");
        command.Add(Create(console, "tasks", "task", "A task as a run's spec has it (JSON); its dataset is named by its hash.", body => new JsonObject { ["task"] = body }));
        return command;
    }

    public static Command Mixes(CommandConsole console)
    {
        var command = Of("mixes", "mix", console, item => $"{string.Join(", ", item["members"]?.AsArray().Select(member => member?["name"]?.ToString()) ?? [])}, sampler {item["sampler"]?["name"]}");
        command.Add(Create(console, "mixes", "mix", "A mix (JSON): {\"members\": [{\"task\": 3, \"share\": 1, \"lossWeight\": 1}], \"sampler\": {\"name\": \"temperature\"}}.", body => body));
        command.Add(Spec(console));
        return command;
    }

    public static Command Models(CommandConsole console) => Of("models", "model", console, item =>
        $"{item["architecture"]}, {Whole(item["parameters"])} parameters{(item["licence"] is { } licence ? $", {licence}" : "")}");

    private static Command Of(string path, string word, CommandConsole console, Func<JsonNode, string> facts) => new(path, $"The {path} that a studio keeps: list, show, rename, clone, archive, delete.")
    {
        List(console, path, facts), Show(console, path, word), Change(console, path, word, "rename", $"Gives a {word} another name.", "NAME", name => new() { ["name"] = name }),
        Change(console, path, word, "note", $"Notes something beside a {word}.", "TEXT", note => new() { ["note"] = note }), Archive(console, path, word), Clone(console, path, word),
        Plain(console, path, word, "delete", $"Deletes a {word} that nothing is built on; restore undoes it for a minute.", (client, id) => client.Delete($"{path}/{id}"), "deleted"),
        Plain(console, path, word, "restore", "Undoes a deletion that is at most a minute old; give the number.", (client, id) => client.Post($"{path}/{id}/restore"), "restored"),
        Uses(console, path, word),
    };

    private static Command List(CommandConsole console, string path, Func<JsonNode, string> facts)
    {
        var (text, archived) = (new Option<string>("--text") { Description = "Only those whose name or notes hold it." }, new Option<bool>("--archived") { Description = "The archived ones." });
        var take = new Option<int>("--take") { Description = "At most so many (1 to 1000).", DefaultValueFactory = _ => 100, HelpName = "N" };
        var (studio, json) = (StudioCommands.StudioOption(), SharedOptions.Json());
        var command = new Command("list", $"Lists {path}, the one changed last first.") { text, archived, take, studio, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            var query = $"sort=updatedAt&order=desc&take={parsed.GetValue(take)}&archived={(parsed.GetValue(archived) ? "true" : "false")}{(parsed.GetValue(text) is { } word ? $"&text={Uri.EscapeDataString(word)}" : "")}";
            var page = client.Get($"{path}?{query}").AsObject();
            if (parsed.GetValue(json)) console.Json(page);
            else
                foreach (var item in page["items"]!.AsArray())
                    console.Output.WriteLine($"{item!["id"],6}  {item["name"]}{(item["latest"]?.GetValue<int>() > 1 ? $" (version {item["version"]})" : "")}: {facts(item)}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Show(CommandConsole console, string path, string word)
    {
        var (id, studio) = (Id(word), StudioCommands.StudioOption());
        var version = new Option<int?>("--version-number") { Description = "Which version; default: the newest.", HelpName = "N" };
        var command = new Command("show", $"Writes a {word} as JSON.") { id, version, studio };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            console.Json(client.Get($"{path}/{Find(client, path, word, parsed.GetValue(id)!)}{(parsed.GetValue(version) is { } number ? $"?version={number}" : "")}"));
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Change(CommandConsole console, string path, string word, string name, string description, string argument, Func<string, JsonObject> change)
    {
        var (id, value, studio) = (Id(word), new Argument<string>(argument), StudioCommands.StudioOption());
        var command = new Command(name, description) { id, value, studio };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            var item = client.Patch($"{path}/{Find(client, path, word, parsed.GetValue(id)!)}", change(parsed.GetValue(value)!).ToJsonString());
            console.Output.WriteLine($"{word} {item["id"]} is {item["name"]}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Archive(CommandConsole console, string path, string word)
    {
        var (id, back, studio) = (Id(word), new Option<bool>("--back") { Description = "Takes it out of the archive." }, StudioCommands.StudioOption());
        var command = new Command("archive", $"Leaves a {word} out of lists.") { id, back, studio };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            var archived = !parsed.GetValue(back);
            var item = client.Patch($"{path}/{Find(client, path, word, parsed.GetValue(id)!, !archived)}", new JsonObject { ["archived"] = archived }.ToJsonString());
            console.Output.WriteLine($"{word} {item["id"]} ({item["name"]}) is {(archived ? "archived" : "back")}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Clone(CommandConsole console, string path, string word)
    {
        var (id, name, studio) = (Id(word), new Option<string>("--name") { Description = "The copy's name." }, StudioCommands.StudioOption());
        var command = new Command("clone", $"Makes a new {word} of the same content.") { id, name, studio };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            var copy = client.Post($"{path}/{Find(client, path, word, parsed.GetValue(id)!)}/clone{(parsed.GetValue(name) is { } given ? $"?name={Uri.EscapeDataString(given)}" : "")}");
            console.Output.WriteLine($"{word} {copy["id"]} is {copy["name"]}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Plain(CommandConsole console, string path, string word, string name, string description, Action<StudioClient, long> act, string done)
    {
        var (id, studio) = (Id(word), StudioCommands.StudioOption());
        var command = new Command(name, description) { id, studio };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            var number = Find(client, path, word, parsed.GetValue(id)!);
            act(client, number);
            console.Output.WriteLine($"{word} {number} is {done}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Uses(CommandConsole console, string path, string word)
    {
        var (id, studio, json) = (Id(word), StudioCommands.StudioOption(), SharedOptions.Json());
        var command = new Command("uses", $"Lists the runs, tasks, mixes and presets that are built on a {word}.") { id, studio, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            var users = client.Get($"{path}/{Find(client, path, word, parsed.GetValue(id)!)}/uses");
            if (parsed.GetValue(json)) console.Json(users);
            else
                foreach (var user in users.AsArray()) console.Output.WriteLine($"{user!["kind"],-7} {user["id"],6}  {user["name"]}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Create(CommandConsole console, string path, string word, string description, Func<JsonObject, JsonObject> wrap)
    {
        var name = new Argument<string>("NAME") { Description = $"What the {word} is called." };
        var file = new Option<string>("--file") { Description = description + " \"-\" reads standard input.", Required = true, HelpName = "FILE" };
        var (studio, json) = (StudioCommands.StudioOption(), SharedOptions.Json());
        var command = new Command("create", $"Keeps a new {word}.") { name, file, studio, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            var body = wrap(ReadObject(parsed.GetValue(file)!));
            body["name"] = parsed.GetValue(name);
            var made = client.Post(path, body.ToJsonString());
            if (parsed.GetValue(json)) console.Json(made);
            else console.Output.WriteLine($"{word} {made["id"]} is {made["name"]}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Spec(CommandConsole console)
    {
        var (id, studio) = (Id("mix"), StudioCommands.StudioOption());
        var model = new Option<string>("--model") { Description = "\"sha256:…\" of the model to train; default: the one trained last.", HelpName = "HASH" };
        var command = new Command("spec", "Writes a RunSpec of a mix, ready for mtl submit.") { id, model, studio };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var client = StudioCommands.Client(parsed.GetValue(studio));
            console.Json(client.Post($"mixes/{Find(client, "mixes", "mix", parsed.GetValue(id)!)}/spec{(parsed.GetValue(model) is { } hash ? $"?model={Uri.EscapeDataString(hash)}" : "")}"));
            return ExitCodes.Done;
        }));
        return command;
    }

    /// <summary>The number of what is named by number or by name.</summary>
    /// <exception cref="InvalidInputException">Nothing is called so.</exception>
    private static long Find(StudioClient client, string path, string word, string given, bool archived = false)
    {
        if (long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return id;
        var page = client.Get($"{path}?take=1000&archived={(archived ? "true" : "all")}&text={Uri.EscapeDataString(given)}");
        return page["items"]!.AsArray().FirstOrDefault(item => item!["name"]?.ToString() == given)?["id"]?.GetValue<long>()
            ?? throw new InvalidInputException("ID", $"There is no {word} \"{given}\": mtl {path} list tells what there is");
    }

    private static JsonObject ReadObject(string file)
    {
        try
        {
            return JsonNode.Parse(file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file)) as JsonObject ?? throw new InvalidInputException("--file", $"{file} must hold a JSON object");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            throw new InvalidInputException("--file", $"{file} cannot be read: {fault.Message}");
        }
    }

    private static Argument<string> Id(string word) => new("ID") { Description = $"The {word}'s number or name." };

    private static string Whole(JsonNode? value) => value is null ? "–" : value.GetValue<long>().ToString("#,0", CultureInfo.InvariantCulture);
}
