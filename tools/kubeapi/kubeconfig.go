package main

import (
	"os"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Files of the server's directory.
const (
	adminKubeconfig       = "admin.kubeconfig"
	controllersKubeconfig = "controllers.kubeconfig"
	accountKey            = "sa.key" // signs the tokens of service accounts
)

// issueCredentials makes those keys, certificates and kubeconfigs that are not there yet. A kubeconfig is
// written anew, for the server can have got another address.
func (c config) issueCredentials(server string) error {
	authority, err := c.openIdentity("ca", authorityTemplate(), nil)
	if err != nil {
		return err
	}
	if _, err := c.openIdentity("serving", serverTemplate(), authority); err != nil {
		return err
	}
	if _, err := c.openKey(accountKey); err != nil {
		return err
	}
	users := map[string]struct {
		file, name string
	}{
		"admin":       {adminKubeconfig, "admin"},
		"controllers": {controllersKubeconfig, "system:kube-controller-manager"},
	}
	for name, u := range users {
		if _, err := c.openIdentity(name, masterTemplate(u.name), authority); err != nil {
			return err
		}
		if err := c.writeKubeconfig(u.file, name, server); err != nil {
			return err
		}
	}
	return nil
}

// writeKubeconfig writes a kubeconfig that can be moved: all that it needs is in it.
func (c config) writeKubeconfig(file, user, server string) error {
	data := map[string][]byte{}
	for _, name := range []string{"ca.crt", user + ".crt", user + ".key"} {
		text, err := os.ReadFile(c.path(name))
		if err != nil {
			return err
		}
		data[name] = text
	}
	text, err := clientcmd.Write(api.Config{
		CurrentContext: c.name,
		Clusters:       map[string]*api.Cluster{c.name: {Server: server, CertificateAuthorityData: data["ca.crt"]}},
		AuthInfos: map[string]*api.AuthInfo{
			c.name: {ClientCertificateData: data[user+".crt"], ClientKeyData: data[user+".key"]},
		},
		Contexts: map[string]*api.Context{c.name: {Cluster: c.name, AuthInfo: c.name}},
	})
	if err != nil {
		return err
	}
	return writeFile(c.path(file), text)
}
