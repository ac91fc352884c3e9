// A host made of HashiCorp's own go-plugin, which runs the toy plugin of src/go-plugin/testing and reports what it saw as
// one JSON object. Usage: go-host <plugin command> [argument ...]
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/status"
)

type report struct {
	Ping          string   `json:"ping"`
	Echo          string   `json:"echo"`
	LargeReturned bool     `json:"largeReturned"`
	AskedHost     []string `json:"askedHost"`
	StormAnswered int64    `json:"stormAnswered"`
	StormCanceled int64    `json:"stormCanceled"`
	StormFailed   []string `json:"stormFailed"`
	PingAfter     string   `json:"pingAfterStorm"`
	AskedAfter    string   `json:"askedHostAfterStorm"`
	Interrupted   int64    `json:"interrupted"`
	KillMillis    int64    `json:"killMilliseconds"`
	Exited        bool     `json:"exited"`
	Log           []string `json:"log"`
}

// Messages of the toy services are plain bytes.
type raw struct{}

func (raw) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }
func (raw) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = bytes.Clone(data)
	return nil
}
func (raw) Name() string { return "proto" }

var _ encoding.Codec = raw{}

type toy struct {
	conn   *grpc.ClientConn
	broker *plugin.GRPCBroker
}

type toyPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (toyPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }
func (toyPlugin) GRPCClient(_ context.Context, broker *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return toy{conn, broker}, nil
}

func (t toy) call(ctx context.Context, method string, request []byte) ([]byte, error) {
	var answer []byte
	err := t.conn.Invoke(ctx, "/toy.Toy/"+method, &request, &answer, grpc.ForceCodec(raw{}))
	return answer, err
}

// askHost does what Vault does at Setup: the listener's address and the call that needs it travel side by side.
func (t toy) askHost(text string) string {
	id := t.broker.NextId()
	servers := make(chan *grpc.Server, 1)
	go t.broker.AcceptAndServe(id, func(options []grpc.ServerOption) *grpc.Server {
		server := grpc.NewServer(append(options, grpc.ForceServerCodec(raw{}))...)
		server.RegisterService(&grpc.ServiceDesc{
			ServiceName: "toy.Host",
			HandlerType: (*any)(nil),
			Methods:     []grpc.MethodDesc{{MethodName: "Echo", Handler: echo}},
		}, struct{}{})
		servers <- server
		return server
	})
	answer, err := t.call(context.Background(), "AskHost", fmt.Appendf(nil, "%d %s", id, text))
	(<-servers).Stop()
	return textOf(answer, err)
}

func echo(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	var request []byte
	if err := decode(&request); err != nil {
		return nil, err
	}
	return &request, nil
}

// storm keeps callers busy on one connection, of whom all but some give up at once, until there was enough of both.
func (t toy) storm(seen *report, answers, cancellations int64, longest time.Duration) {
	var group sync.WaitGroup
	var lock sync.Mutex
	end := time.Now().Add(longest)
	goesOn := func() bool {
		isShort := atomic.LoadInt64(&seen.StormAnswered) < answers || atomic.LoadInt64(&seen.StormCanceled) < cancellations
		return isShort && time.Now().Before(end)
	}
	for caller := range 40 {
		group.Go(func() {
			for goesOn() {
				if caller%4 == 0 {
					if _, err := t.call(context.Background(), "Echo", []byte("kept")); err != nil {
						lock.Lock()
						seen.StormFailed = append(seen.StormFailed, err.Error())
						lock.Unlock()
						return
					}
					atomic.AddInt64(&seen.StormAnswered, 1)
					continue
				}
				ctx, cancel := context.WithTimeout(context.Background(), 2*time.Millisecond)
				_, err := t.call(ctx, "Hang", nil)
				cancel()
				if status.Code(err) != codes.DeadlineExceeded {
					lock.Lock()
					seen.StormFailed = append(seen.StormFailed, fmt.Sprint("given up: ", err))
					lock.Unlock()
					return
				}
				atomic.AddInt64(&seen.StormCanceled, 1)
			}
		})
	}
	group.Wait()
}

func textOf(answer []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	return string(answer)
}

func errorOf(err error) string {
	if err != nil {
		return err.Error()
	}
	return "ok"
}

func main() {
	var log bytes.Buffer
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: "TOY_PLUGIN", MagicCookieValue: "a cookie for toys"},
		VersionedPlugins: map[int]plugin.PluginSet{5: {"toy": toyPlugin{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              exec.Command(os.Args[1], os.Args[2:]...),
		AutoMTLS:         true,
		Logger:           hclog.New(&hclog.LoggerOptions{Name: "host", Level: hclog.Trace, Output: &log, DisableTime: true}),
	})
	seen, interrupted, err := run(client)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, log.String())
		client.Kill()
		os.Exit(1)
	}
	started := time.Now()
	client.Kill()
	seen.KillMillis = time.Since(started).Milliseconds()
	seen.Interrupted = interrupted()
	seen.Exited = client.Exited()
	seen.Log = strings.Split(strings.TrimSpace(log.String()), "\n")
	json.NewEncoder(os.Stdout).Encode(seen)
}

// hang leaves calls under way, and returns how to wait until all of them ended, which they do in an error each.
func (t toy) hang(count int) func() int64 {
	var group sync.WaitGroup
	var ended int64
	for range count {
		group.Go(func() {
			if _, err := t.call(context.Background(), "Hang", nil); err != nil {
				atomic.AddInt64(&ended, 1)
			}
		})
	}
	t.call(context.Background(), "Echo", []byte("so that the others are under way"))
	return func() int64 {
		group.Wait()
		return ended
	}
}

func run(client *plugin.Client) (*report, func() int64, error) {
	protocol, err := client.Client()
	if err != nil {
		return nil, nil, err
	}
	dispensed, err := protocol.Dispense("toy")
	if err != nil {
		return nil, nil, err
	}
	toy := dispensed.(toy)
	seen := &report{Ping: errorOf(protocol.Ping())}
	seen.Echo = textOf(toy.call(context.Background(), "Echo", []byte("hello")))
	large := bytes.Repeat([]byte("8 MiB..."), 1<<20)
	returned, err := toy.call(context.Background(), "Echo", large)
	seen.LargeReturned = err == nil && bytes.Equal(returned, large)
	for _, text := range []string{"first", "second", "third"} {
		seen.AskedHost = append(seen.AskedHost, toy.askHost(text))
	}
	toy.call(context.Background(), "Misbehave", []byte("print to stdout"))
	toy.call(context.Background(), "Misbehave", []byte("print JSON to stderr"))
	toy.storm(seen, 500, 3000, 30*time.Second)
	seen.PingAfter = errorOf(protocol.Ping())
	seen.AskedAfter = toy.askHost("after")
	return seen, toy.hang(30), nil
}
