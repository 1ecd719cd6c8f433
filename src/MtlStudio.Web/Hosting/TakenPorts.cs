using System.Net;
using System.Net.Sockets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Hosting;

/// <summary>Tells of a taken port in one line, before the server would do it with a stack trace.</summary>
internal static class TakenPorts
{
    /// <exception cref="InvalidInputException">Another program listens on one of the addresses.</exception>
    public static void Refuse(IReadOnlyList<string> addresses)
    {
        var taken = addresses.Where(IsTaken)
            .Select(address => new FieldError("urls", $"{address} is taken by another program: end that one, or choose another port with --urls http://127.0.0.1:PORT (0 takes a free one)"))
            .ToList();
        if (taken.Count > 0) throw new InvalidInputException(taken);
    }

    private static bool IsTaken(string address)
    {
        var parsed = BindingAddress.Parse(address);
        if (parsed.IsUnixPipe || parsed.Port == 0) return false;
        var ip = IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var literal) ? literal
            : ListenAddresses.IsLoopback(parsed.Host) ? IPAddress.Loopback : IPAddress.Any;
        using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(ip, parsed.Port));
            socket.Listen();
            return false;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }
}
