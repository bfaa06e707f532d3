#!/usr/bin/perl
# A SOAP service of SOAP::Lite over items of ours on 127.0.0.1: serve.pl PORT [WSDL]. It describes itself by nothing; a WSDL
# written by hand is shown as a file beside it.
use strict;
use warnings;
use HTTP::Daemon;
use SOAP::Lite;
use SOAP::Transport::HTTP;

my @titles = qw(Bolt Nut Washer Shaft Housing);

package Items;

sub listItems { my ($class, $limit) = @_; return [map { plain($_) } 1 .. ($limit && $limit < @titles ? $limit : @titles)] }

sub getItem {
    my ($class, $id) = @_;
    die SOAP::Fault->faultcode('Client')->faultstring("there is no item $id") if $id !~ /^[1-5]$/;
    return plain($id);
}

sub deleteItem { return @titles - 1 }

sub plain {
    my $n = shift;
    return {
        id => $n, number => 'P-' . (1000 + $n), title => $titles[$n - 1], state => $n % 2 ? 'released' : 'in work',
        mass => $n / 4, modified => sprintf '2024-%02d-03T08:30:00Z', $n
    };
}

package main;

my ($port, $wsdl) = @ARGV;
my $daemon = HTTP::Daemon->new(LocalAddr => '127.0.0.1', LocalPort => $port, ReuseAddr => 1) or die "port $port: $!";
my $server = SOAP::Transport::HTTP::Server->new->dispatch_with({ 'urn:plm:items' => 'Items' });
while (my $connection = $daemon->accept) {
    if (my $request = $connection->get_request) {
        $connection->force_last_request;    # one connection after the other: none may keep the next one waiting
        if ($wsdl && $request->method eq 'GET' && $request->uri->path eq '/items.wsdl') {
            $connection->send_file_response($wsdl);
        }
        else {
            $server->request($request);
            $server->handle;
            $server->response->header(Connection => 'close');
            $connection->send_response($server->response);
        }
    }
    $connection->close;
}
