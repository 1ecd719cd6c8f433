using System.Net.Sockets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Api.Library;

namespace MtlStudio.Web.Hosting;

/// <summary>The one place where the studio is put together.</summary>
public static class StudioHost
{
    /// <summary>Runs the studio until it is told to end: 0 ended, 1 failed, 2 invalid input (each fault on a line of stderr).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = await BuildAsync(args);
            return await RunAsync(app);
        }
        catch (InvalidInputException fault)
        {
            foreach (var error in fault.Errors) await Console.Error.WriteLineAsync(error.ToString());
            return ExitCodes.InvalidInput;
        }
    }

    /// <summary>Reads and checks the options, opens the data folder (and locks it for the host's life), and composes the host without starting it.</summary>
    /// <param name="args">As on the command line.</param>
    /// <param name="configure">What a test changes before the host is built.</param>
    /// <exception cref="InvalidInputException">An option, an address or the data folder is unusable.</exception>
    public static async Task<WebApplication> BuildAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            // appsettings.json and the static assets' manifest lie beside the dll, wherever the studio is started from.
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(StudioHost).Assembly.GetName().Name,
        });
        // Outside of Development only this call finds the assets of a build that was not published.
        builder.WebHost.UseStaticWebAssets();

        var options = StudioOptionsReader.Read(builder.Configuration);
        var addresses = ListenAddresses.Read(builder.Configuration, options);
        if (addresses is [ListenAddresses.Default]) builder.WebHost.UseUrls(ListenAddresses.Default);
        StudioServices.Add(builder, options);
        configure?.Invoke(builder);

        var app = builder.Build();
        try
        {
            // Opened first, so closed last: everything else may write until its own end.
            var database = app.Services.GetRequiredService<StudioDatabase>();
            var opening = Task.Run(() => OpenAsync(database, app.Services.GetRequiredService<DataFolder>()));
            try
            {
                StudioPipeline.Use(app);
                // What the router asks for at the start is compiled while the database opens.
                foreach (var source in ((IEndpointRouteBuilder)app).DataSources) _ = source.Endpoints;
            }
            finally
            {
                await opening;
            }
            app.Services.GetRequiredService<UploadReader>().RemoveLeftovers();
            TakenPorts.Refuse(addresses);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static async Task OpenAsync(StudioDatabase database, DataFolder folder)
    {
        try
        {
            await database.OpenAsync();
        }
        catch (InvalidInputException) when (StudioAddressFile.Read(folder) is { Addresses: [var address, ..] } other)
        {
            throw new InvalidInputException("Studio:DataFolder", $"{folder.Root} is in use by the studio of process {other.ProcessId} on {other.Machine} ({address}): end that one, or give another folder with --Studio:DataFolder=DIR");
        }
        catch (Exception fault) when (StoreFaults.IsBusy(fault) || StoreFaults.IsDamaged(fault))
        {
            throw new InvalidInputException("Studio:DataFolder", $"{folder.Database} cannot be used: {StoreFaults.Cure(fault)}{(StoreFaults.IsDamaged(fault) ? $" ({folder.Backups})" : "")}");
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new InvalidInputException("Studio:DataFolder", $"{folder.Root} cannot be used ({fault.Message.TrimEnd('.')}): change its rights, or give another folder with --Studio:DataFolder=DIR");
        }
    }

    private static async Task<int> RunAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            await Console.Error.WriteLineAsync($"urls: {fault.Message.TrimEnd('.')}: choose another address or port with --urls http://127.0.0.1:PORT (0 takes a free one)");
            return ExitCodes.Failed;
        }
        StartupReport.Write(app, Console.Out);
        await app.WaitForShutdownAsync();
        return ExitCodes.Done;
    }
}
